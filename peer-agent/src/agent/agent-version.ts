/** The version that this agent calls itself by. */
import { readFileSync } from "node:fs";
import { z } from "zod";

const packageSchema = z.object({ version: z.string().max(32) });

/** As in package.json. */
export const agentVersion: string = packageSchema.parse(
  JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")),
).version;

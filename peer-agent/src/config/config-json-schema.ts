/** The JSON Schema of culvert.yaml, for editors: made from what the agent itself checks by. */
import { z } from "zod";
import { configSchema } from "./config-schema.ts";

/** Draft 7, which editors' YAML support reads; keys with a default may be left out. */
export function configJsonSchema(): object {
  const { $schema, ...schema } = z.toJSONSchema(configSchema, { target: "draft-7", io: "input" });
  return { $schema, title: "culvert.yaml", ...schema };
}

/** Launch links: an "Open" button in somebody else's portal. Times: ms since 1970. */
import { z } from "zod";
import { serverIdSchema, serviceNameSchema } from "./ids.ts";

/** `POST /api/servers/:serverId/launch`. The primary service where none is named. */
export const createLaunchSchema = z.object({ serviceName: serviceNameSchema.optional() });

/** `url` has the code in its fragment; it opens once, for the account that made it, and asks for its sign-in. */
export const launchSchema = z.object({
  url: z.url(),
  serverId: serverIdSchema,
  serviceName: serviceNameSchema,
  expiresAt: z.number().int().nonnegative(),
});
export type Launch = z.infer<typeof launchSchema>;

/** `POST /api/launches/exchange` (signed in): the code, once. */
export const exchangeLaunchSchema = z.object({ code: z.string().min(1).max(128) });

/** What the code stood for. */
export const launchedSchema = z.object({ serverId: serverIdSchema, serviceName: serviceNameSchema });
export type Launched = z.infer<typeof launchedSchema>;

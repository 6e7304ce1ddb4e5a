/**
 * The agent's desk: a service of the agent itself, by which its owner's dashboard sees and changes what the agent alone
 * decides: devices and shares. It is plain HTTP over the tunnel, so signaling reads nothing of it.
 */
import { z } from "zod";
import { publicKeySchema, serviceNameSchema } from "./ids.ts";
import { shareIdSchema } from "./shares.ts";

/** Names the desk as a service; no other service may be called so. */
export const deskServiceName = "culvert-desk";

const timeMs = z.number().int().nonnegative();
const label = z.string().trim().max(64);

/** A device that the agent knows. `introduced`: by the control plane, while unlocked. */
export const deskDeviceSchema = z.object({
  deviceKey: publicKeySchema,
  label,
  trust: z.enum(["introduced", "approved"]),
  since: timeMs,
  lastSeenAt: timeMs,
  /** The device that asks. */
  isThis: z.boolean(),
});
export type DeskDevice = z.infer<typeof deskDeviceSchema>;

/** A device that a locked agent refused, and that waits for somebody to approve it. */
export const waitingDeviceSchema = z.object({ deviceKey: publicKeySchema, at: timeMs });
export type WaitingDevice = z.infer<typeof waitingDeviceSchema>;

/** `GET /devices`. Older agents say nothing of those that wait. */
export const deskDevicesSchema = z.object({
  locked: z.boolean(),
  devices: z.array(deskDeviceSchema),
  waiting: z.array(waitingDeviceSchema).default([]),
});
export type DeskDevices = z.infer<typeof deskDevicesSchema>;

/** `POST /devices`: approves the device whose page shows `string`. Answers what is typed there in return. */
export const approvedDeviceSchema = z.object({ answer: z.string() });

/** What a share lets through. */
export const shareScopeSchema = z.object({
  serviceName: serviceNameSchema,
  /** As in a policy: `/docs` holds `/docs` and what is below it. All paths where it is left out. */
  pathPrefixes: z.array(z.string().startsWith("/").max(2_048)).min(1).max(32).optional(),
  methods: z
    .array(
      z
        .string()
        .regex(/^[A-Z]+$/)
        .max(32),
    )
    .min(1)
    .max(32)
    .optional(),
  /** GET and HEAD alone, no WebSocket. */
  readOnly: z.boolean(),
});
export type ShareScope = z.infer<typeof shareScopeSchema>;

/** `POST /shares`. `proofHash`: SHA-256 of the proof, base64url. `uses`: device keys that may open it; no bound where left out. */
export const createShareSchema = z.object({
  shareId: shareIdSchema,
  proofHash: publicKeySchema,
  label,
  scope: shareScopeSchema,
  expiresAt: timeMs,
  uses: z.number().int().min(1).max(10_000).optional(),
  pin: z.string().min(4).max(64).optional(),
});
export type CreateShare = z.infer<typeof createShareSchema>;

/** A share as the agent counts it. */
export const deskShareSchema = z.object({
  shareId: shareIdSchema,
  label,
  scope: shareScopeSchema,
  createdAt: timeMs,
  expiresAt: timeMs,
  uses: z.number().int().nullable(),
  usesLeft: z.number().int().nullable(),
  hasPin: z.boolean(),
  pinTriesLeft: z.number().int().nullable(),
  revokedAt: timeMs.nullable(),
  /** Viewers of it now. */
  viewers: z.number().int(),
});
export type DeskShare = z.infer<typeof deskShareSchema>;

/** `GET /shares`, newest first. */
export const deskSharesSchema = z.object({ shares: z.array(deskShareSchema) });

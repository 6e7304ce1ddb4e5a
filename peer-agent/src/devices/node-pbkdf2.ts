/** PBKDF2 of node:crypto, for approval strings. */
import { pbkdf2 } from "node:crypto";
import { promisify } from "node:util";
import type { Pbkdf2 } from "@culvert/protocol/signaling";

const derive = promisify(pbkdf2);

/** As `approvalString` takes it. */
export const nodePbkdf2: Pbkdf2 = async (secret, salt, { rounds, lengthBytes }) =>
  new Uint8Array(await derive(secret, salt, rounds, lengthBytes, "sha256"));

/** Branded ids of the control plane, and how the derived ones are made. */
import { z } from "zod";
import { encodeUtf8 } from "../wire/utf8.ts";

/** 26 characters of lower-case base32 (RFC 4648 §6, no padding): 130 bits. */
const base32Id = z.string().regex(/^[a-z2-7]{26}$/);

export const serverIdSchema = base32Id.brand<"ServerId">();
export type ServerId = z.infer<typeof serverIdSchema>;

export const serviceIdSchema = base32Id.brand<"ServiceId">();
export type ServiceId = z.infer<typeof serviceIdSchema>;

export const sessionIdSchema = base32Id.brand<"SessionId">();
export type SessionId = z.infer<typeof sessionIdSchema>;

/** What a person calls a service: also a path segment of `/app-view/<serverId>/<serviceName>`. */
export const serviceNameSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "lower-case letters, digits and hyphens, 63 at most");

/** 32 bytes as base64url without padding: a public key. */
export const publicKeySchema = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

const alphabet = "abcdefghijklmnopqrstuvwxyz234567";

/** The first 26 base32 characters of at least 17 bytes. */
export function base32Name(bytes: Uint8Array): string {
  let bits = 0;
  let value = 0;
  let name = "";
  for (const byte of bytes) {
    value = (value << 8) | byte;
    bits += 8;
    while (bits >= 5 && name.length < 26) {
      bits -= 5;
      name += alphabet.charAt((value >> bits) & 31);
    }
    value &= (1 << bits) - 1;
  }
  return name;
}

type Sha256 = (data: Uint8Array) => Uint8Array;

/** A server's name is its Ed25519 identity: a new key is a new server. `identityKey`: 32 bytes. */
export function serverIdOf(identityKey: Uint8Array, sha256: Sha256): ServerId {
  const prefix = encodeUtf8("culvert-server\0");
  const input = new Uint8Array(prefix.length + identityKey.length);
  input.set(prefix);
  input.set(identityKey, prefix.length);
  return base32Name(sha256(input)) as ServerId;
}

/** Both sides name a service without asking: by its server and its name. */
export function serviceIdOf(serverId: ServerId, serviceName: string, sha256: Sha256): ServiceId {
  return base32Name(sha256(encodeUtf8(`culvert-service\0${serverId}\0${serviceName}`))) as ServiceId;
}

/** The host label of a service's own origin: readable slug, then a hash over principal, server and service. */
export function appOriginLabel(
  principal: string,
  serverId: string,
  serviceId: string,
  slug: string,
  sha256: Sha256,
): string {
  const readable = slug.slice(0, 20).replace(/-+$/, "");
  return `${readable}-${base32Name(sha256(encodeUtf8(`culvert-app\0${principal}\0${serverId}\0${serviceId}`)))}`;
}

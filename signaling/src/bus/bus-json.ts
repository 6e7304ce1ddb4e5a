/** JSON on the bus, beside relay envelopes, which begin with 0x01 or 0x02: a message that begins with `{` is JSON. */

/** A value as bytes. */
export function toBusJson(value: object): Uint8Array {
  return Buffer.from(JSON.stringify(value), "utf8");
}

/** True where a message is JSON and no envelope. */
export function isBusJson(data: Uint8Array): boolean {
  return data[0] === 0x7b;
}

/** The value of bytes; undefined where they are no JSON. */
export function fromBusJson(data: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("utf8"));
  } catch {
    return undefined;
  }
}

/** Records as the kit writes and reads them: whole runs of bytes, right or wrong on purpose. */
import { limits } from "@culvert/protocol";
import { type RequestHead, type ResponseHead, recordTypes, responseHeadSchema } from "@culvert/protocol/http";
import { decodeObject, encodeObject, ReadCursor, varintSize, WriteCursor } from "@culvert/protocol/wire";
import { ConformanceFailure } from "./conformance-case.ts";

/** A record that came. */
export interface SeenRecord {
  readonly type: number;
  readonly bytes: Uint8Array;
}

/** `type varint, length varint, bytes`; `length` may lie. */
export function record(type: number, bytes: Uint8Array, length: number = bytes.length): Uint8Array {
  const header = new Uint8Array(varintSize(type) + varintSize(length));
  const cursor = new WriteCursor(header);
  cursor.writeVarint(type);
  cursor.writeVarint(length);
  return joined(header, bytes);
}

/** A record that holds an object. */
export function objectRecord(type: number, value: object): Uint8Array {
  return record(type, encodeObject(value));
}

/** The head record of a request. */
export function requestHead(path: string, changes: Partial<RequestHead> = {}): Uint8Array {
  const head: RequestHead = { method: "GET", path, headers: [], hasBody: false, ...changes };
  return objectRecord(recordTypes.head, head);
}

/** Bytes one after the other. */
export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

/** All whole records at the beginning, and how many bytes are left of one that is cut. */
export function readRecords(bytes: Uint8Array): { readonly records: readonly SeenRecord[]; readonly rest: number } {
  const records: SeenRecord[] = [];
  let at = 0;
  for (;;) {
    const cursor = new ReadCursor(bytes.subarray(at));
    try {
      const type = cursor.readVarint();
      records.push({ type, bytes: cursor.readBytes(cursor.readVarint()) });
    } catch {
      return { records, rest: bytes.length - at };
    }
    at += cursor.position;
  }
}

/** An answer on an http stream, as far as it came. */
export interface SeenAnswer {
  readonly interim: readonly ResponseHead[];
  readonly head: ResponseHead | undefined;
  readonly body: Uint8Array;
  readonly hasTrailers: boolean;
  readonly hasFailure: boolean;
  /** Bytes of a record that is not whole. */
  readonly rest: number;
}

/** Reads an answer. Throws a ConformanceFailure for records that have no place in it. */
export function readAnswer(bytes: Uint8Array): SeenAnswer {
  const { records, rest } = readRecords(bytes);
  const interim: ResponseHead[] = [];
  const body: Uint8Array[] = [];
  let head: ResponseHead | undefined;
  let [hasTrailers, hasFailure] = [false, false];
  for (const { type, bytes: content } of records) {
    if (type === recordTypes.interimHead && head === undefined) interim.push(headOf(content));
    else if (type === recordTypes.head && head === undefined) head = headOf(content);
    else if (type === recordTypes.data && head !== undefined && !hasTrailers) body.push(content);
    else if (type === recordTypes.trailers && head !== undefined) hasTrailers = true;
    else if (type === recordTypes.failure) hasFailure = true;
    else if (Object.values<number>(recordTypes).includes(type)) {
      throw new ConformanceFailure(`a record of type 0x${type.toString(16)} has no place in an answer there`, "HTTP");
    }
  }
  return { interim, head, body: joined(...body), hasTrailers, hasFailure, rest };
}

function headOf(bytes: Uint8Array): ResponseHead {
  try {
    return decodeObject(responseHeadSchema, bytes, limits.headBytes, "a response head");
  } catch (thrown) {
    throw new ConformanceFailure(thrown instanceof Error ? thrown.message : String(thrown), "HTTP");
  }
}

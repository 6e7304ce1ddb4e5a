/** A kept request as the page may see it: secrets masked, bodies decompressed and read as text where they are some. */
import { type HeaderList, maskedBody, maskedHeaders, maskedPath } from "@culvert/protocol/http";
import type { InspectedBody, InspectedDetail, InspectedFrame } from "../inspector-api.ts";
import type { KeptBytes, KeptExchange } from "./kept-exchange.ts";

/** A small body may decompress to a large one. */
const mostPreviewBytes = 1024 * 1024;
const decodings: ReadonlyMap<string, CompressionFormat> = new Map([
  ["gzip", "gzip"],
  ["x-gzip", "gzip"],
  ["deflate", "deflate"],
]);

/** `kept`: undefined where only the request's line is left. */
export async function detailOf(id: number, kept: KeptExchange | undefined): Promise<InspectedDetail> {
  if (kept === undefined) {
    return {
      ...{ id, isKept: false, path: "", requestHeaders: [], answerHeaders: [] },
      ...{ requestBody: null, answerBody: null, frames: [] },
    };
  }
  const { requestHeaders, answerHeaders, requestBody, answerBody, frames } = kept;
  return {
    ...{ id, isKept: true, path: maskedPath(kept.path) },
    requestHeaders: maskedHeaders(requestHeaders),
    answerHeaders: maskedHeaders(answerHeaders),
    requestBody: await bodySeen(requestBody, requestHeaders),
    answerBody: await bodySeen(answerBody, answerHeaders),
    frames: frames.map(frameSeen),
  };
}

/** Null where nothing of a body was kept. */
async function bodySeen(body: KeptBytes, headers: HeaderList): Promise<InspectedBody | null> {
  const { keptBytes, sizeBytes, isEnded } = body;
  if (keptBytes === 0) return null;
  const headerOf = (name: string) => headers.find(([it]) => it.toLowerCase() === name)?.[1] ?? "";
  const encoding = decodings.get(headerOf("content-encoding").trim().toLowerCase());
  const kept = body.bytes();
  const bytes = encoding === undefined ? kept : await decompressed(kept, encoding);
  const contentType = headerOf("content-type");
  const text = textOf(bytes, charsetOf(contentType), body.isWhole && bytes.length < mostPreviewBytes);
  if (text === null) return { text: null, bytes, keptBytes, sizeBytes, isEnded };
  return { text: maskedBody(text, contentType), bytes: null, keptBytes, sizeBytes, isEnded };
}

function frameSeen(frame: InspectedFrame): InspectedFrame {
  if (frame.text === null) return frame;
  return { ...frame, text: maskedBody(frame.text, "") };
}

/** As much as there is of it: a body that was cut ends in an error, after what came before. */
async function decompressed(bytes: Uint8Array<ArrayBuffer>, format: CompressionFormat): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let sizeBytes = 0;
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream(format)).getReader();
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      parts.push(read.value);
      sizeBytes += read.value.length;
      if (sizeBytes >= mostPreviewBytes) break;
    }
  } catch {
    // What came stands.
  }
  reader.cancel().catch(() => {});
  const whole = new Uint8Array(Math.min(sizeBytes, mostPreviewBytes));
  let at = 0;
  for (const part of parts) {
    const fitting = part.subarray(0, whole.length - at);
    whole.set(fitting, at);
    at += fitting.length;
  }
  return whole;
}

/** Text where the bytes are some, without controls; a cut at the end may have torn a character. */
function textOf(bytes: Uint8Array, charset: string, isWhole: boolean): string | null {
  try {
    const text = new TextDecoder(charset, { fatal: true }).decode(bytes, { stream: !isWhole });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they tell binary bodies from text
    return /[\x00-\x08\x0e-\x1a\x1c-\x1f]/.test(text) ? null : text;
  } catch {
    return null;
  }
}

function charsetOf(contentType: string): string {
  return /charset="?([\w.:-]{1,40})/i.exec(contentType)?.[1] ?? "utf-8";
}

/** A session's whole transcript as a file to keep. */
import { type SessionName, sessionId } from "../names/session-name.ts";
import { TranscriptReader } from "../transcript/transcript-reader.ts";

const pieceBytes = 64 * 1024;

/** Every byte that is kept, as it was written when this was asked; control sequences are in it. */
export function transcriptAnswer(folder: string, name: SessionName): Response {
  const reader = new TranscriptReader(folder);
  const end = reader.end();
  let offset = reader.start;
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const bytes = offset < end ? reader.read(offset, Math.min(pieceBytes, end - offset)) : new Uint8Array(0);
        // Pruned under our hands: a short file must not look whole.
        if (bytes === undefined)
          return controller.error(new Error("The transcript's beginning was removed meanwhile."));
        offset += bytes.length;
        if (bytes.length === 0) controller.close();
        else controller.enqueue(bytes);
      },
    },
    { highWaterMark: 0 },
  );
  return new Response(body, {
    headers: {
      "content-type": "text/plain; charset=utf-8",
      "content-disposition": `attachment; filename="${sessionId(name)}.log"`,
      "cache-control": "no-store",
    },
  });
}

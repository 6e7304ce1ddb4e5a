/** The beginning of a body: text, JSON laid out, an image, or what it is. */
import type { InspectedBody } from "@culvert/browser-client";
import { Button } from "@mantine/core";
import type { ReactElement } from "react";
import { sizeWords } from "../words/amounts.ts";
import { base64Of } from "./har-file.ts";
import { saveFile } from "./save-file.ts";

/** What a browser shows without being asked to run anything. */
const shownImages: ReadonlySet<string> = new Set(["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"]);

interface BodyViewProps {
  readonly body: InspectedBody | null;
  readonly sizeBytes: number;
  readonly contentType: string;
  readonly keepsBodies: boolean;
  onKeepBodies(): void;
}

/** A body, or why there is none and what to do. */
export function BodyView({ body, sizeBytes, contentType, keepsBodies, onKeepBodies }: BodyViewProps): ReactElement {
  if (body === null) {
    if (sizeBytes === 0) return <p className="dim inspector-note">There is no body.</p>;
    return (
      <div className="inspector-note">
        <p className="dim">
          {sizeWords(sizeBytes)} passed and were not kept.{" "}
          {keepsBodies
            ? "Bodies are kept since later: make the request in the app again, or repeat it."
            : "Bodies hold what your app’s users see, so they are kept only when you ask for them, in this tab alone."}
        </p>
        {!keepsBodies && (
          <Button size="xs" variant="default" onClick={onKeepBodies}>
            Keep bodies from now on
          </Button>
        )}
      </div>
    );
  }
  const isWhole = body.keptBytes === body.sizeBytes;
  return (
    <div className="body-view">
      {!isWhole && (
        <p className="dim">
          The first {sizeWords(body.keptBytes)} of {sizeWords(body.sizeBytes)}.
        </p>
      )}
      {body.text === null ? (
        <Binary bytes={body.bytes ?? new Uint8Array()} contentType={contentType} isWhole={isWhole} />
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and a keyboard scrolls what has the focus
        <pre tabIndex={0}>{isWhole ? laidOut(body.text) : body.text}</pre>
      )}
    </div>
  );
}

function Binary({ bytes, contentType, isWhole }: { bytes: Uint8Array; contentType: string; isWhole: boolean }) {
  if (isWhole && shownImages.has(contentType)) {
    return <img src={`data:${contentType};base64,${base64Of(bytes)}`} alt="The body" />;
  }
  return (
    <div className="inspector-note">
      <p className="dim">
        {contentType === "" ? "Bytes" : contentType}, no text: {sizeWords(bytes.length)}.
      </p>
      <Button
        size="xs"
        variant="default"
        onClick={() => saveFile("body.bin", "application/octet-stream", [new Uint8Array(bytes)])}
      >
        Save
      </Button>
    </div>
  );
}

/** JSON with its lines; anything else as it came. */
function laidOut(text: string): string {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

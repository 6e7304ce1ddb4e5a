/**
 * Child process of the raw-channel bench: one WebRTC library, one data channel, no tunnel. It sends or counts bytes as
 * told over IPC, so that the App View can be compared with what the same library gives bare.
 */
import { type CandidateLine, createWebRtcLibrary, type LibraryChoice } from "@culvert/peer-agent/webrtc";
import type { Path } from "@culvert/protocol/endpoint";
import { impaired } from "../../network/impaired-library.ts";

/** Bench → raw peer. */
export type ToRawPeer =
  | { readonly type: "offer"; readonly sdp: string }
  | { readonly type: "candidate"; readonly candidate: CandidateLine }
  | { readonly type: "send"; readonly bytes: number }
  | { readonly type: "expect"; readonly bytes: number };

/** Raw peer → bench. `received` answers `expect` when that many bytes came. */
export type FromRawPeer =
  | { readonly type: "answer"; readonly sdp: string }
  | { readonly type: "candidate"; readonly candidate: CandidateLine }
  | { readonly type: "open" }
  | { readonly type: "received" };

const [choice = "auto", linkUrl] = process.argv.slice(2);
const own = await createWebRtcLibrary(choice as LibraryChoice);
const library = linkUrl === undefined ? own : impaired(own, { linkUrl });
const say = (message: FromRawPeer): void => void process.send?.(message);
const connection = library.connect({
  kind: "direct",
  iceServers: [],
  onCandidate: (candidate) => say({ type: "candidate", candidate }),
});

let path: Path | undefined;
let bytesToSend = 0;
let bytesToExpect = 0;

function pump(): void {
  while (path !== undefined && bytesToSend > 0 && path.bufferedBytes() < path.queueBytes) {
    const length = Math.min(path.maxMessageBytes, bytesToSend);
    path.send(new Uint8Array(length));
    bytesToSend -= length;
  }
}

process.on("message", (message: ToRawPeer) => {
  switch (message.type) {
    case "offer":
      void connection.answer(message.sdp).then((sdp) => say({ type: "answer", sdp }));
      break;
    case "candidate":
      connection.addCandidate(message.candidate);
      break;
    case "send":
      bytesToSend = message.bytes;
      pump();
      break;
    case "expect":
      bytesToExpect = message.bytes;
      break;
  }
});
process.on("disconnect", () => process.exit(0));

path = await connection.opened;
path.attach({
  onMessage(received) {
    bytesToExpect -= received.length;
    if (bytesToExpect === 0) say({ type: "received" });
  },
  onDrain: pump,
  onClose: () => process.exit(0),
});
say({ type: "open" });

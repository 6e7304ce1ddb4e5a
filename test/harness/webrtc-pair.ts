/** Two Node peers of given WebRTC libraries, joined by a data channel on this machine. */
import {
  type CandidateLine,
  createWebRtcLibrary,
  type PeerConnection,
  type WebRtcLibrary,
} from "@culvert/peer-agent/webrtc";
import type { Path } from "@culvert/protocol/endpoint";

type LibraryName = WebRtcLibrary["name"];

/** Both ends of an open channel. */
export interface WebRtcPair {
  readonly offerer: Path;
  readonly answerer: Path;
  /** The connections below them, in this order. */
  readonly connections: readonly [PeerConnection, PeerConnection];
  /** Ends everything of both libraries. */
  close(): Promise<void>;
}

/** What happens to a candidate on its way to the other peer; undefined: it is lost. */
export type CandidateRoute = (candidate: CandidateLine) => CandidateLine | undefined;

/** Opens a channel, offered by the first library and answered by the second. */
export async function openWebRtcPair(
  offererName: LibraryName,
  answererName: LibraryName,
  fromOfferer?: CandidateRoute,
): Promise<WebRtcPair> {
  return joinLibraries([await createWebRtcLibrary(offererName), await createWebRtcLibrary(answererName)], fromOfferer);
}

/** The same with libraries that exist; `close` disposes of them. */
export async function joinLibraries(
  libraries: readonly [WebRtcLibrary, WebRtcLibrary],
  fromOfferer: CandidateRoute = (candidate) => candidate,
): Promise<WebRtcPair> {
  const close = async () => {
    await Promise.all(libraries.map((library) => library.dispose()));
  };
  try {
    const answererReady = Promise.withResolvers<PeerConnection>();
    const offerer = libraries[0].connect({
      kind: "direct",
      iceServers: [],
      onCandidate: (candidate) => {
        const arriving = fromOfferer(candidate);
        if (arriving !== undefined) void answererReady.promise.then((peer) => peer.addCandidate(arriving));
      },
    });
    const offererReady = Promise.withResolvers<void>();
    const answerer = libraries[1].connect({
      kind: "direct",
      iceServers: [],
      onCandidate: (candidate) => void offererReady.promise.then(() => offerer.addCandidate(candidate)),
    });
    const answer = await answerer.answer(withoutCandidates(await offerer.offer()));
    answererReady.resolve(answerer);
    await offerer.acceptAnswer(answer);
    offererReady.resolve();
    const [first, second] = await Promise.all([offerer.opened, answerer.opened]);
    return { offerer: first, answerer: second, connections: [offerer, answerer], close };
  } catch (thrown) {
    await close();
    throw thrown;
  }
}

/** All candidates trickle, so that routes see them. */
function withoutCandidates(sdp: string): string {
  return sdp
    .split("\r\n")
    .filter((line) => !line.startsWith("a=candidate:"))
    .join("\r\n");
}

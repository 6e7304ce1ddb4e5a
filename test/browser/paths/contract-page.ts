/**
 * Runs in the page of the paths test: makes real connections of one page with itself and runs the path contract over
 * them. Bundled by the test; what it finds it leaves in `globalThis.pathChecks`.
 */
import { DataChannelPath, type SimplePeer, SimplePeerPath } from "@culvert/browser-client";
import { type PathCheck, type PathStage, pathContract } from "@culvert/protocol/testing";

/** What of a simple-peer instance connecting takes, beside what a path takes. */
interface ConnectingPeer extends SimplePeer {
  on(event: "data", listener: (chunk: Uint8Array | string) => void): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
  on(event: "signal", listener: (data: unknown) => void): unknown;
  on(event: "connect" | "close", listener: () => void): unknown;
  signal(data: unknown): void;
}

/** simple-peer as its own script leaves it in the page. */
const { SimplePeer: Peer } = globalThis as unknown as {
  readonly SimplePeer: new (options: { readonly initiator: boolean }) => ConnectingPeer;
};

/** What the test reads: outcome by check, `null` = kept. */
export interface PathChecks {
  run(kind: "data channel" | "simple-peer", name: string): Promise<string | null>;
}

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 25));

async function dataChannelStage(): Promise<PathStage> {
  const [one, other] = [new RTCPeerConnection(), new RTCPeerConnection()];
  one.onicecandidate = ({ candidate }) => void other.addIceCandidate(candidate ?? undefined);
  other.onicecandidate = ({ candidate }) => void one.addIceCandidate(candidate ?? undefined);
  const channel = one.createDataChannel("culvert", { ordered: true });
  const incoming = new Promise<DataChannelPath>((resolve) => {
    // The path must be made in the event's own tick: a message may follow at once.
    other.ondatachannel = (event) => resolve(new DataChannelPath(event.channel, "direct"));
  });
  const opened = new Promise((resolve) => {
    channel.onopen = resolve;
  });
  await one.setLocalDescription();
  await other.setRemoteDescription(one.localDescription as RTCSessionDescription);
  await other.setLocalDescription();
  await one.setRemoteDescription(other.localDescription as RTCSessionDescription);
  await opened;
  return { first: new DataChannelPath(channel, "direct"), second: await incoming, settle };
}

async function simplePeerStage(): Promise<PathStage> {
  const [one, other] = [new Peer({ initiator: true }), new Peer({ initiator: false })];
  const stage = { first: new SimplePeerPath(one), second: new SimplePeerPath(other), settle };
  one.on("signal", (data) => other.signal(data));
  other.on("signal", (data) => one.signal(data));
  await Promise.all([one, other].map((peer) => new Promise<void>((resolve) => peer.on("connect", resolve))));
  return stage;
}

async function outcome(check: PathCheck, stage: PathStage): Promise<string | null> {
  try {
    await check.run(stage);
    return null;
  } catch (fault) {
    return fault instanceof Error ? (fault.stack ?? fault.message) : String(fault);
  } finally {
    stage.first.close("closed", "the check is over");
    stage.second.close("closed", "the check is over");
  }
}

const checks: PathChecks = {
  async run(kind, name) {
    const check = pathContract.find((candidate) => candidate.name === name);
    if (check === undefined) return `there is no check "${name}"`;
    return outcome(check, await (kind === "simple-peer" ? simplePeerStage() : dataChannelStage()));
  },
};
Object.assign(globalThis, { pathChecks: checks });

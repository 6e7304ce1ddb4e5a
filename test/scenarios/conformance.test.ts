/** The conformance kit: our own agent and viewer hold it wholly, and a fault planted in either is named with its section. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { WebSocket } from "ws";
import { TunnelAdmission } from "../../peer-agent/src/admission/index.ts";
import { EndpointStream } from "../../protocol/src/endpoint/endpoint-stream.ts";
import { TunnelRegister } from "../../protocol/src/endpoint/tunnel-register.ts";
import { TunnelError } from "../../protocol/src/errors.ts";
import { RecordReader } from "../../protocol/src/http/record-reader.ts";
import { Outbox } from "../../protocol/src/tunnel/outbox.ts";
import { ReceiveHalf } from "../../protocol/src/tunnel/receive-half.ts";
import { StreamTable } from "../../protocol/src/tunnel/stream-table.ts";
import { Tunnel } from "../../protocol/src/tunnel/tunnel.ts";
import { Window } from "../../protocol/src/tunnel/window.ts";
import { failures, testOwnAgent } from "../harness/conformance-agent.ts";
import { testOwnViewer } from "../harness/conformance-viewer.ts";

/** What a peer with a planted fault may take before it is given up. */
const patienceMs = 1_000;

afterEach(() => void vi.restoreAllMocks());

describe("the kit finds nothing", () => {
  test("in our agent", { timeout: 120_000 }, async () => {
    const results = await testOwnAgent([]);
    expect(failures(results)).toEqual([]);
    expect(results.filter(({ outcome }) => outcome === "passed").length).toBeGreaterThan(140);
  });

  test("in our Node viewer", { timeout: 240_000 }, async () => {
    const results = await testOwnViewer([]);
    expect(failures(results)).toEqual([]);
    expect(results.filter(({ outcome }) => outcome === "passed").length).toBeGreaterThan(70);
  });
});

interface PlantedFault {
  readonly fault: string;
  readonly caseId: string;
  readonly section: string;
  plant(): void;
}

const ofAgent: readonly PlantedFault[] = [
  {
    ...{ fault: "does not acknowledge END", caseId: "streams.end-acknowledged", section: "Streams" },
    plant: () => {
      const received = getterOf(ReceiveHalf.prototype, "received");
      vi.spyOn(ReceiveHalf.prototype, "received", "get").mockImplementation(function (this: ReceiveHalf) {
        return received.call(this) - (this.hasEnd ? 1 : 0);
      });
    },
  },
  {
    ...{ fault: "opens a stream after its reset", caseId: "streams.late-open", section: "Streams" },
    plant: () => vi.spyOn(StreamTable.prototype, "finishUnopened").mockImplementation(() => {}),
  },
  {
    ...{ fault: "takes bytes beyond its window", caseId: "flow.beyond-window", section: "Streams" },
    plant: () => {
      const limit = getterOf(Window.prototype, "limit");
      vi.spyOn(Window.prototype, "limit", "get").mockImplementation(function (this: Window) {
        return limit.call(this) + 1_000_000;
      });
    },
  },
  {
    ...{ fault: "gives credit for what arrived", caseId: "flow.credit-on-consumption", section: "Streams" },
    plant: () => {
      const { ack } = Outbox.prototype;
      const { accept } = ReceiveHalf.prototype;
      const { consume } = Window.prototype;
      vi.spyOn(Window.prototype, "consume").mockReturnValue(true);
      vi.spyOn(ReceiveHalf.prototype, "accept").mockImplementation(function (this: ReceiveHalf, offset, bytes, end) {
        const before = this.unacknowledgedBytes;
        const received = accept.call(this, offset, bytes, end);
        consume.call(this.window, this.unacknowledgedBytes - before);
        return received;
      });
      vi.spyOn(Outbox.prototype, "ack").mockImplementation(function (this: Outbox, stream, isUrgent, nowMs) {
        ack.call(this, stream, isUrgent, nowMs);
        this.window(stream);
      });
    },
  },
  {
    ...{ fault: "takes streams beyond its limit", caseId: "flow.beyond-streams", section: "Streams" },
    plant: () => {
      const { standingOf } = StreamTable.prototype;
      vi.spyOn(StreamTable.prototype, "standingOf").mockImplementation(function (this: StreamTable, id) {
        const standing = standingOf.call(this, id);
        return standing === "beyond-limit" ? "openable" : standing;
      });
    },
  },
  {
    ...{ fault: "ends the tunnel with a path that was tampered with", caseId: "sealing.bit-flip", section: "Sealing" },
    plant: () => {
      vi.spyOn(Tunnel.prototype, "removePath").mockImplementation(function (this: Tunnel, _pathId, code, reason) {
        this.close(code, reason);
      });
    },
  },
  {
    ...{ fault: "checks no token", caseId: "handshake.strange-token", section: "Handshakes" },
    plant: () => vi.spyOn(TunnelAdmission.prototype, "admit").mockResolvedValue({ type: "accepted" }),
  },
  {
    ...{ fault: "lets another device take a tunnel's id", caseId: "handshake.other-device", section: "Handshakes" },
    plant: () => vi.spyOn(TunnelRegister.prototype, "refusal").mockReturnValue(null),
  },
  {
    ...{ fault: "ends a truncated body like a whole one", caseId: "http.truncated", section: "HTTP" },
    plant: () => {
      vi.spyOn(EndpointStream.prototype, "reset").mockImplementation(function (this: EndpointStream) {
        this.end();
      });
    },
  },
  {
    ...{ fault: "grants no relay credit", caseId: "signaling.grants-credit", section: "Signaling" },
    plant: () => {
      const { send } = WebSocket.prototype as { send(data: unknown, ...rest: unknown[]): void };
      vi.spyOn(WebSocket.prototype, "send").mockImplementation(function (
        this: WebSocket,
        data: unknown,
        ...rest: unknown[]
      ) {
        // The kit's own sockets are the server's and have no address.
        const isCredit = this.url !== undefined && data instanceof Uint8Array && data[0] === 0x02;
        if (!isCredit) send.call(this, data, ...rest);
      });
    },
  },
];

const ofViewer: readonly PlantedFault[] = [
  {
    ...{ fault: "opens streams beyond STREAMS", caseId: "flow.keeps-streams", section: "Streams" },
    plant: () => vi.spyOn(StreamTable.prototype, "isWithinLimit").mockReturnValue(true),
  },
  {
    ...{ fault: "takes a truncated answer for whole", caseId: "http.truncated", section: "HTTP" },
    plant: () => {
      const { next } = RecordReader.prototype;
      vi.spyOn(RecordReader.prototype, "next").mockImplementation(async function (this: RecordReader) {
        return next.call(this).catch((thrown: unknown) => {
          if (TunnelError.from(thrown).message.includes("inside a record")) return null;
          throw thrown;
        });
      });
    },
  },
  {
    ...{ fault: "ends its tunnel with a lost path", caseId: "handshake.attaches-again", section: "Tunnel states" },
    plant: () => {
      vi.spyOn(Tunnel.prototype, "removePath").mockImplementation(function (this: Tunnel, _pathId, code, reason) {
        this.close(code, reason);
      });
    },
  },
];

describe("the kit names the case and section of", () => {
  beforeEach(() => void vi.restoreAllMocks());

  test.each(ofAgent)("an agent that $fault: §$section", async ({ caseId, section, plant }) => {
    plant();
    const results = await testOwnAgent([caseId], patienceMs);
    expect(results).toEqual([expect.objectContaining({ id: caseId, outcome: "failed", section })]);
  });

  test.each(ofViewer)("a viewer that $fault: §$section", async ({ caseId, section, plant }) => {
    plant();
    const results = await testOwnViewer([caseId], patienceMs);
    expect(results).toEqual([expect.objectContaining({ id: caseId, outcome: "failed", section })]);
  });
});

/** The getter of a class, so that a planted one can begin from it. */
function getterOf<Instance extends object>(prototype: Instance, name: keyof Instance): (this: Instance) => number {
  const getter = Object.getOwnPropertyDescriptor(prototype, name)?.get;
  if (getter === undefined) throw new Error(`${String(name)} is no getter`);
  return getter;
}

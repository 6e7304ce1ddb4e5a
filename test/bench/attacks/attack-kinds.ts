/** What hostile viewers do, frame by frame. */
import { setTimeout } from "node:timers/promises";
import { codes } from "@culvert/protocol";
import type { Frame } from "@culvert/protocol/wire";
import type { AgentStage } from "../../../protocol/conformance/src/agent-stage.ts";
import { record, requestHead } from "../../../protocol/conformance/src/records.ts";
import { patternBytes } from "../../../protocol/conformance/src/target-app.ts";

const floodStreams = 100_000;
const slowRequests = 90;
const slowMs = 25_000;
const overruns = 400;
const parallelStreams = 1_000;
const headBombs = 2_000;

/** An attack; it resolves when it is over. */
type Attack = (stage: AgentStage) => Promise<void>;

/** By name, as it stands in the rows. */
export const attacks: Readonly<Record<string, Attack>> = {
  [`${floodStreams} × open and reset`]: resetFlood,
  [`${floodStreams / 10} × open, and reset when it was read`]: readThenReset,
  [`${slowRequests} requests, a byte each per 10 s`]: slowLoris,
  [`${overruns} windows overrun`]: windowOverruns,
  [`${headBombs} heads of 120 KiB that announce more`]: headFlood,
  [`${parallelStreams} streams at once, over ten tunnels`]: manyStreams,
};

export const attackNames: readonly string[] = Object.keys(attacks);

/** Opens as many streams as STREAMS allows, resets them at once, and again. */
async function resetFlood(stage: AgentStage): Promise<void> {
  const { tunnel, limits } = await stage.open();
  const bytes = requestHead("/flood");
  for (let opened = 0; opened < floodStreams; ) {
    const batch = Math.min(tunnel.streamsLimit - opened, limits.streams, floodStreams - opened);
    // One message for a whole batch: the cost of sealing must not hold the attacker back.
    const frames = Array.from({ length: batch }, (): Frame[] => {
      const id = tunnel.nextStreamId();
      tunnel.stream(id).sent = bytes.length + 1;
      return [
        { type: "stream", id, offset: 0, kind: "http", end: true, bytes },
        { type: "reset", id, kind: "http", code: codes.canceled.wire },
      ];
    });
    tunnel.first.send(...frames.flat());
    opened += batch;
    await tunnel.until("STREAMS", () => tunnel.streamsLimit > opened || opened >= floodStreams || undefined);
  }
  await tunnel.ping();
}

/** The same in two messages: the request is on its way to the target when it is taken back. */
async function readThenReset(stage: AgentStage): Promise<void> {
  const { tunnel, limits } = await stage.open();
  const bytes = requestHead("/flood");
  for (let opened = 0; opened < floodStreams / 10; ) {
    const batch = Math.min(tunnel.streamsLimit - opened, limits.streams, floodStreams / 10 - opened);
    const ids = Array.from({ length: batch }, () => tunnel.nextStreamId());
    for (const id of ids) tunnel.stream(id).sent = bytes.length + 1;
    tunnel.first.send(...ids.map((id): Frame => ({ type: "stream", id, offset: 0, kind: "http", end: true, bytes })));
    await tunnel.ping();
    tunnel.first.send(...ids.map((id): Frame => ({ type: "reset", id, kind: "http", code: codes.canceled.wire })));
    opened += batch;
    await tunnel.until("STREAMS", () => tunnel.streamsLimit > opened || opened >= floodStreams / 10 || undefined);
  }
  await tunnel.ping();
}

/** Bodies that come at one byte per ten seconds. */
async function slowLoris(stage: AgentStage): Promise<void> {
  const { tunnel } = await stage.open();
  const ids = Array.from({ length: slowRequests }, () => tunnel.nextStreamId());
  for (const id of ids) {
    tunnel.write(id, "http", requestHead(`/slow-${id}`, { method: "POST", hasBody: true }));
    tunnel.write(id, "http", record(3, Uint8Array.of(1), 1_000_000));
  }
  for (let passedMs = 0; passedMs < slowMs; passedMs += 10_000) {
    await setTimeout(Math.min(10_000, slowMs - passedMs));
    for (const id of ids) tunnel.write(id, "http", Uint8Array.of(1));
  }
}

/** Streams that are sent far beyond their windows, with nobody reading. */
async function windowOverruns(stage: AgentStage): Promise<void> {
  const { tunnel } = await stage.open();
  const bytes = patternBytes(1_000);
  for (let count = 0; count < overruns; count += 1) {
    const id = tunnel.nextStreamId();
    tunnel.write(id, "http", requestHead("/stalled", { method: "POST", hasBody: true }));
    for (let offset = 100_000; offset < 400_000; offset += 60_000) tunnel.write(id, "http", bytes, { offset });
    await tunnel.until("RESET", () => tunnel.stream(id).resets[0]);
  }
}

/** Heads that announce all that is allowed, bring nearly all of it, and never end; then they are taken back. */
async function headFlood(stage: AgentStage): Promise<void> {
  const { tunnel } = await stage.open();
  const part = patternBytes(12_000);
  for (let count = 0; count < headBombs; count += 1) {
    const id = tunnel.nextStreamId();
    tunnel.write(id, "http", record(1, part, 128 * 1024));
    for (let sent = 0; sent < 9; sent += 1) tunnel.write(id, "http", part);
    await tunnel.ping();
    tunnel.first.send({ type: "reset", id, kind: "http", code: codes.canceled.wire });
  }
  await tunnel.ping();
}

/** A thousand requests under way at once that the app does not answer. */
async function manyStreams(stage: AgentStage): Promise<void> {
  const tunnels = [];
  for (let count = 0; count < parallelStreams / 100; count += 1) {
    const { tunnel } = await stage.open();
    tunnels.push(tunnel);
    for (let stream = 0; stream < 100; stream += 1) {
      tunnel.write(tunnel.nextStreamId(), "http", requestHead(`/stalled-${stream}`, { method: "POST", hasBody: true }));
    }
    await tunnel.ping();
  }
  await setTimeout(3_000);
  for (const tunnel of tunnels) await tunnel.ping();
}

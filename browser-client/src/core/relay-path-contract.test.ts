import { createFakeClock, pathContract } from "@culvert/protocol/testing";
import { describe, it } from "vitest";
import { RelayPath } from "./relay-path.ts";

/** Two viewers' ends of one relay: what signaling joins it hands over later, and a close of one side ends the other. */
function openStage() {
  const clock = createFakeClock();
  const ends: RelayPath[] = [];
  const socketOf = (index: number) => {
    const socket = {
      bufferedAmount: 0,
      send(data: Uint8Array) {
        socket.bufferedAmount += data.length;
        clock.setTimer(5, () => {
          socket.bufferedAmount -= data.length;
          ends[1 - index]?.receive(data.slice());
        });
      },
      close() {
        clock.setTimer(5, () => ends[1 - index]?.lost("closed", "the other side left"));
      },
    };
    return socket;
  };
  const [first, second] = [new RelayPath(socketOf(0), 9, clock), new RelayPath(socketOf(1), 9, clock)];
  ends.push(first, second);
  return { first, second, settle: () => clock.advance(20) };
}

describe("RelayPath keeps the path contract", () => {
  for (const check of pathContract) it(check.name, () => check.run(openStage()));
});

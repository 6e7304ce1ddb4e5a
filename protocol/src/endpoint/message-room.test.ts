import { expect, it } from "vitest";
import { MessageRoom, type MessageSeat } from "./message-room.ts";

/** Whether each seat is granted by now. */
async function granted(...seats: readonly MessageSeat[]): Promise<boolean[]> {
  return Promise.all(seats.map((seat) => Promise.race([seat.granted.then(() => true), nextTurn().then(() => false)])));
}

async function nextTurn(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await null;
}

it("admits as much as there is room for, then in the order of asking", async () => {
  const room = new MessageRoom(10);
  const [first, second, third] = [room.take(6), room.take(5), room.take(1)];
  expect(await granted(first, second, third)).toEqual([true, false, false]);
  first.release();
  expect(await granted(second, third)).toEqual([true, true]);
});

it("takes a place back once", async () => {
  const room = new MessageRoom(10);
  const [first, second] = [room.take(10), room.take(10)];
  first.release();
  first.release();
  const third = room.take(10);
  expect(await granted(second, third)).toEqual([true, false]);
});

it("lets those behind pass one that stops waiting, and keeps nobody waiting for a seat that was given back", async () => {
  const room = new MessageRoom(10);
  const [, second, third] = [room.take(6), room.take(10), room.take(4)];
  second.release();
  expect(await granted(second, third)).toEqual([true, true]);
  expect(await granted(room.take(1))).toEqual([false]);
});

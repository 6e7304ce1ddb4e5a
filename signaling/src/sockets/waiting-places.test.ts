/** Who may wait, and how many of them. */
import { expect, test } from "vitest";
import { WaitingPlaces } from "./waiting-places.ts";

function takeAll(places: WaitingPlaces, address: string): (() => void)[] {
  const frees: (() => void)[] = [];
  for (let free = places.take(address); free !== undefined; free = places.take(address)) frees.push(free);
  return frees;
}

test("one address takes a tenth of the places; others still get in", () => {
  const places = new WaitingPlaces();
  const taken = takeAll(places, "203.0.113.7");
  expect(taken).toHaveLength(200);
  expect(places.take("203.0.113.8")).toBeDefined();
  expect(places.take("2001:db8::1")).toBeDefined();
  taken[0]?.();
  taken[0]?.();
  expect(takeAll(places, "203.0.113.7")).toHaveLength(1);
});

test("a proxy on this machine speaks for everybody, up to all places", () => {
  for (const address of ["127.0.0.1", "::1", "::ffff:127.0.0.1"]) {
    expect(takeAll(new WaitingPlaces(), address)).toHaveLength(2_000);
  }
});

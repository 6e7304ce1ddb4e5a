import type { InspectedRequest } from "@culvert/browser-client";
import fc from "fast-check";
import { expect, test } from "vitest";
import { inspected } from "./inspected-request.fixture.ts";
import { RequestStore } from "./request-store.ts";

const batch = (requests: readonly InspectedRequest[], oldestId = 1) => ({
  ...{ requests, oldestId, keepsBodies: false, loopbackPort: 3_000 },
});

test("shows what fits, in order, and follows changes", () => {
  const store = new RequestStore();
  let told = 0;
  store.subscribe(() => (told += 1));
  store.setFilter(({ status }) => status === 200);
  store.take(batch([inspected({ id: 1, status: null }), inspected({ id: 2 }), inspected({ id: 3, status: 404 })]));
  expect(store.state.shown).toEqual([2]);
  store.take(batch([inspected({ id: 1 })]));
  expect(store.state.shown).toEqual([1, 2]);
  expect(store.state).toMatchObject({ count: 3, loopbackPort: 3_000 });
  store.setFilter(() => true);
  expect(store.state.shown).toEqual([1, 2, 3]);
  store.take(batch([], 3));
  expect(store.state).toMatchObject({ shown: [3], count: 1 });
  expect(store.find(1)).toBeUndefined();
  expect(told).toBe(5);
});

test("shows the same as filtering all of them anew, whatever changed", () => {
  const change = fc.record({ id: fc.integer({ min: 1, max: 40 }), status: fc.constantFrom(null, 200, 404) });
  const step = fc.record({ changes: fc.array(change, { maxLength: 20 }), forgotten: fc.integer({ min: 0, max: 5 }) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 10 }), (steps) => {
      const store = new RequestStore();
      store.setFilter(({ status }) => status !== 404);
      const wanted = new Map<number, InspectedRequest>();
      let oldestId = 1;
      let newestId = 0;
      for (const { changes, forgotten } of steps) {
        // As a core does: new ids come in their order, old ones change in any.
        const requests = changes.flatMap(({ id, status }) => {
          const known = id > newestId ? newestId + 1 : id;
          newestId = Math.max(newestId, known);
          return known < oldestId ? [] : [inspected({ id: known, status })];
        });
        oldestId = Math.min(oldestId + forgotten, newestId + 1);
        for (const request of requests) wanted.set(request.id, request);
        for (const id of [...wanted.keys()]) if (id < oldestId) wanted.delete(id);
        store.take(batch(requests, oldestId));
        const fitting = [...wanted.values()].filter(({ status }) => status !== 404).map(({ id }) => id);
        expect(store.state.shown).toEqual(fitting.sort((one, other) => one - other));
        expect(store.state.count).toBe(wanted.size);
      }
    }),
  );
});

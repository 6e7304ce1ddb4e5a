import { expect, test } from "vitest";
import { GivenUpRequests } from "./given-up-requests.ts";

test("a request is given up by its tag, once, and no other with it", () => {
  const requests = new GivenUpRequests();
  const given: string[] = [];
  requests.watch("a", () => given.push("a"));
  requests.watch("b", () => given.push("b"));
  requests.take({ id: "a" });
  expect(given).toEqual(["a"]);
});

test("nobody is told of a request that was answered before", () => {
  const requests = new GivenUpRequests();
  const given: string[] = [];
  requests.watch("a", () => given.push("a"))();
  requests.take({ id: "a" });
  expect(given).toEqual([]);
});

test("word that overtakes its request gives it up as it comes", () => {
  const requests = new GivenUpRequests();
  const given: string[] = [];
  requests.take({ id: "a" });
  requests.watch("a", () => given.push("a"));
  expect(given).toEqual(["a"]);
});

test("of words without a request the latest 256 are kept", () => {
  const requests = new GivenUpRequests();
  const given: string[] = [];
  for (let index = 0; index < 257; index += 1) requests.take({ id: `id-${index}` });
  for (const id of ["id-0", "id-1", "id-256"]) requests.watch(id, () => given.push(id));
  expect(given).toEqual(["id-1", "id-256"]);
});

test("closed event sources are given up by their path while they wait, and never beforehand", () => {
  const requests = new GivenUpRequests();
  const given: string[] = [];
  requests.take({ eventSource: "/events" });
  requests.watch("/events", () => given.push("one"));
  requests.watch("/events", () => given.push("two"));
  expect(given).toEqual([]);
  requests.take({ eventSource: "/events" });
  expect(given).toEqual(["one", "two"]);
});

test.each([[null], [undefined], [7], ["text"], [{}], [{ id: 7 }], [{ eventSource: {} }]])(
  "%j means nothing",
  (word) => {
    const requests = new GivenUpRequests();
    requests.watch("a", () => expect.unreachable());
    requests.take(word);
  },
);

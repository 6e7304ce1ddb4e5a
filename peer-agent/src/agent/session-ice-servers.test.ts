import { expect, it } from "vitest";
import { SessionIceServers } from "./session-ice-servers.ts";

const servers = (name: string) => [{ urls: [`stun:${name}.example`] }];

it("gives what a session's latest join told, and nothing for others", () => {
  const known = new SessionIceServers(2);
  known.set("one", servers("old"));
  known.set("one", servers("new"));
  expect(known.of("one")).toEqual(servers("new"));
  expect(known.of("two")).toEqual([]);
});

it("forgets a session that is over", () => {
  const known = new SessionIceServers(2);
  known.set("one", servers("one"));
  known.delete("one");
  expect(known.of("one")).toEqual([]);
});

it("keeps the sessions that joined last, however many there were", () => {
  const known = new SessionIceServers(2);
  for (const session of ["one", "two", "one", "three"]) known.set(session, servers(session));
  expect(["one", "two", "three"].map((session) => known.of(session).length)).toEqual([1, 0, 1]);
});

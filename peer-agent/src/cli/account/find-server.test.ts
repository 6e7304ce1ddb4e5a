import type { ServerView } from "@culvert/protocol/signaling";
import { expect, test } from "vitest";
import { findServer } from "./find-server.ts";

const server = (label: string, id: string) => ({ label, serverId: id.padEnd(26, "a") }) as ServerView;
const servers = [server("studio", "abcd2"), server("lab", "abcd3"), server("lab", "efgh2"), server("Lab-pi", "ijkl2")];

test.each([
  ["studio", "abcd2"],
  ["lab-pi", "ijkl2"],
  ["abcd3", "abcd3"],
  ["efgh", "efgh2"],
])("%s is found", (wanted, id) => {
  expect(findServer(servers, wanted).serverId.startsWith(id)).toBe(true);
});

test.each([
  ["lab", "2 servers are called so: lab (abcd3aaa), lab (efgh2aaa)"],
  ["abcd", "2 servers are called so"],
  ["abc", 'You have no server "abc"'],
  ["", 'You have no server ""'],
])("%s is not one server", (wanted, words) => {
  expect(() => findServer(servers, wanted)).toThrow(words);
});

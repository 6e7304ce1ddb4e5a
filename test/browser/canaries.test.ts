/**
 * Signaling is blind: everything that passes the server, everything that it writes down or logs, is searched for secrets
 * of one session. Invariant of this test: each search is shown to work by something that must be found.
 */
import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createShowcase } from "../apps/showcase/showcase.ts";
import { keepOnFailure, launchBrowser, logPage, type PageLog } from "../harness/browser.ts";
import { findCanaries, type Place } from "../harness/canary.ts";
import { type Culvert, startCulvert } from "../harness/culvert.ts";
import { recordDescriptions, recordedDescriptions } from "../harness/descriptions.ts";
import { eventually } from "../harness/eventually.ts";
import { clearClientBytes, isWebSocket } from "../harness/recorded-http.ts";
import { openApp, signIn, waitForState } from "../harness/visit.ts";

const canary = (): string => `canary${randomBytes(9).toString("hex")}`;
const secrets = {
  path: canary(),
  query: canary(),
  fragment: canary(),
  cookie: canary(),
  header: canary(),
  body: canary(),
};
const socketText = canary();
const showcase = createShowcase({ newSessionToken: () => secrets.cookie });
let culvert: Culvert;
let browser: Browser;
let page: Page;
let log: PageLog;
let remoteSessionToken = "";
let descriptions: readonly string[] = [];

beforeAll(async () => {
  culvert = await startCulvert({ appPort: await showcase.listen(0), webrtc: "native", recording: "bytes" });
  browser = await launchBrowser();
  page = await browser.newPage();
  log = logPage(page);
  await recordDescriptions(page);
  page.on("response", async (response) => {
    if (!response.url().endsWith("/sessions") || response.request().method() !== "POST") return;
    ({ remoteSessionToken } = await response.json());
  });
});
afterAll(async () => {
  await browser?.close();
  await culvert?.stop();
  await showcase.close();
});
beforeEach(({ task }) => {
  keepOnFailure(`canaries-${task.name}`, page, { console: () => log.lines, ...culvert.logs });
});

test("a session full of secrets works", async () => {
  await signIn(page, culvert.signInLink);
  const app = await openApp(page, culvert.serverLabel);
  await waitForState(page, /^Direct/);
  const seen = await app.evaluate(
    async ({ path, query, fragment, header, body, text }) => {
      await fetch("/login", { method: "POST", body: new URLSearchParams({ name: body }) });
      await fetch(`/${path}?q=${query}`, { headers: { "x-secret": header } });
      const upload = await (await fetch("/api/uploads", { method: "POST", body: `${body} `.repeat(1000) })).json();
      const socket = new WebSocket(`ws://${location.host}/ws/echo?q=${query}`);
      const echo = await new Promise((resolve, reject) => {
        socket.onopen = () => socket.send(text);
        socket.onmessage = (event) => resolve(event.data);
        socket.onerror = () => reject(new Error("the socket failed"));
      });
      location.href = `/${path}?q=${query}#${fragment}`;
      return { sizeBytes: upload.sizeBytes, echo };
    },
    { ...secrets, text: socketText },
  );
  expect(seen).toEqual({ sizeBytes: 1000 * (secrets.body.length + 1), echo: socketText });
  await app.getByText("There is no page here").waitFor();
  await eventually(() => page.url()).toContain(secrets.path);

  descriptions = await recordedDescriptions(page);
  expect(descriptions.length).toBeGreaterThanOrEqual(2);
  expect(remoteSessionToken.split(".")).toHaveLength(3);
});

test("nothing of it passed the server in clear", () => {
  const connections = culvert.recorder.connections();
  const fromClients = connections.map(
    (connection, index): Place => ({ name: `to signaling, connection ${index}`, bytes: clearClientBytes(connection) }),
  );
  const toClients = connections.map(
    ({ fromServer }, index): Place => ({ name: `from signaling, connection ${index}`, bytes: fromServer }),
  );
  const everything = [...fromClients, ...toClients];
  const control = findCanaries({ join: '"type":"join"', grant: "remoteSessionToken" }, everything);
  expect(new Set(control.map(({ canary }) => canary))).toEqual(new Set(["join", "grant"]));
  expect(connections.filter(isWebSocket).length).toBeGreaterThanOrEqual(2);

  expect(findCanaries({ ...secrets, socketText, ...descriptionSecrets() }, everything)).toEqual([]);
});

test("the session token passed once, in the answer that grants it", () => {
  const connections = culvert.recorder.connections();
  const signature = remoteSessionToken.split(".")[2] ?? "";
  const occurrences = connections.flatMap((connection) => [
    ...Array<string>(countOf(connection.fromServer, signature)).fill(isWebSocket(connection) ? "socket" : "answer"),
    ...Array<string>(countOf(clearClientBytes(connection), signature)).fill("request"),
  ]);
  expect(occurrences).toEqual(["answer"]);
});

test("nothing of it was written down or logged", async () => {
  const logged: Place = { name: "log", bytes: Buffer.from(culvert.logs.signaling().join("\n")) };
  const written = filesUnder(culvert.signalingData);
  expect(logged.bytes.length).toBeGreaterThan(100);
  const control = findCanaries({ label: culvert.serverLabel }, written);
  expect(control.length).toBeGreaterThan(0);

  const signature = remoteSessionToken.split(".")[2] ?? "";
  const all = { ...secrets, socketText, ...descriptionSecrets(), signature };
  expect(findCanaries(all, [logged, ...written])).toEqual([]);
});

/** What of an offer and an answer would let somebody join or swap: names, passwords, fingerprints. */
function descriptionSecrets(): Record<string, string> {
  const found = descriptions.flatMap((sdp, index) =>
    [...sdp.matchAll(/^a=(ice-ufrag:\S+|ice-pwd:\S+|fingerprint:sha-256 \S+)/gm)].map(([, line = ""]) => [
      `${line.split(":")[0]} of description ${index}`,
      line.startsWith("ice-ufrag") ? line : line.replace(/^\S+?:(sha-256 )?/, ""),
    ]),
  );
  expect(found.length).toBeGreaterThanOrEqual(6);
  return Object.fromEntries(found);
}

function countOf(bytes: Buffer, text: string): number {
  return bytes.toString("latin1").split(text).length - 1;
}

function filesUnder(folder: string): readonly Place[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ name: path, bytes: readFileSync(path) }));
}

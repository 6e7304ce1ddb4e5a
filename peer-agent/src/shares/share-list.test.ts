import { createHash } from "node:crypto";
import type { CreateShare, ShareId } from "@culvert/protocol/signaling";
import { expect, test } from "vitest";
import { memoryState } from "../identity/kept-state.ts";
import { noShares, ShareList } from "./share-list.ts";
import { shareRefusalOf } from "./share-policy.ts";

const nowMs = 1_790_000_000_000;
const shareId = "s".repeat(26) as ShareId;
const proof = Buffer.alloc(32, 7).toString("base64url");
const proofHash = createHash("sha256").update(Buffer.alloc(32, 7)).digest("base64url");
const wish: CreateShare = {
  ...{ shareId, proofHash, label: "for anna", expiresAt: nowMs + 3_600_000 },
  scope: { serviceName: "app", readOnly: false },
};

async function listWith(changes: Partial<CreateShare> = {}): Promise<ShareList> {
  const shares = new ShareList(memoryState(noShares));
  await shares.create({ ...wish, ...changes }, "maker", nowMs);
  return shares;
}

let tries = 0;
/** A visitor, by name of its device; each call is a try of its own. */
function visitor(
  deviceKey: string,
  pin?: string,
  changes: { proof?: string; serviceName?: string; tryId?: string } = {},
) {
  tries += 1;
  const token = { v: 1 as const, shareId, proof: changes.proof ?? proof, ...(pin === undefined ? {} : { pin }) };
  const { serviceName = "app", tryId = `try ${tries}` } = changes;
  return { token, deviceKey, tryId, isService: (name: string) => name === serviceName };
}

const refusal = (visit: Promise<unknown>) =>
  visit.then(
    () => "let in",
    ({ code }) => code,
  );

test("whoever has the proof gets in, for that service, until it is over or taken back", async () => {
  const shares = await listWith();
  expect(await refusal(shares.admit(visitor("anna"), nowMs))).toBe("let in");
  expect(await refusal(shares.admit(visitor("anna", undefined, { proof: "A".repeat(43) }), nowMs))).toBe("not-found");
  expect(await refusal(shares.admit(visitor("anna", undefined, { serviceName: "other" }), nowMs))).toBe("forbidden");
  expect(await refusal(shares.admit(visitor("anna"), nowMs + 3_600_000))).toBe("expired");
  expect(await shares.revoke(shareId, nowMs)).toBe(true);
  expect(await refusal(shares.admit(visitor("anna"), nowMs))).toBe("revoked");
});

test("of a hundred devices at once as many get in as it allows; a device that got in comes again", async () => {
  const shares = await listWith({ uses: 1 });
  const visits = await Promise.all(
    Array.from({ length: 100 }, (_, index) => refusal(shares.admit(visitor(`device ${index}`), nowMs))),
  );
  expect(visits.filter((outcome) => outcome === "let in").length).toBe(1);
  expect(visits.filter((outcome) => outcome === "already-used").length).toBe(99);
  const inside = `device ${visits.indexOf("let in")}`;
  expect(await refusal(shares.admit(visitor(inside), nowMs))).toBe("let in");
});

test("a PIN is asked for, five wrong ones close the share, and it is kept as a slow hash", async () => {
  const shares = await listWith({ pin: "4711" });
  expect(await refusal(shares.admit(visitor("anna"), nowMs))).toBe("pin-needed");
  expect(await refusal(shares.admit(visitor("anna", " 4711 "), nowMs))).toBe("let in");
  for (const pin of ["0000", "0001", "0002", "0003"]) {
    expect(await refusal(shares.admit(visitor("mallory", pin), nowMs))).toBe("pin-needed");
  }
  expect(await refusal(shares.admit(visitor("mallory", "0004"), nowMs))).toBe("limit-reached");
  expect(await refusal(shares.admit(visitor("anna", "4711"), nowMs))).toBe("limit-reached");
  expect(JSON.stringify(await shares.all())).not.toContain("4711");
});

test("a first message that signaling sends again costs no further try", async () => {
  const shares = await listWith({ pin: "4711" });
  for (let again = 0; again < 10; again++) {
    const outcome = await refusal(shares.admit(visitor("anna", "1234", { tryId: "the same message" }), nowMs));
    expect(outcome).toBe("pin-needed");
  }
  expect(await refusal(shares.admit(visitor("anna", "4711"), nowMs))).toBe("let in");
});

test("a hundred PINs at once are five tries", async () => {
  const shares = await listWith({ pin: "4711" });
  const outcomes = await Promise.all(
    Array.from({ length: 100 }, (_, index) => refusal(shares.admit(visitor("mallory", `${5000 + index}`), nowMs))),
  );
  expect(outcomes.filter((outcome) => outcome === "pin-needed").length).toBe(4);
  expect(outcomes.filter((outcome) => outcome === "limit-reached").length).toBe(96);
});

test("what a device made goes with it", async () => {
  const shares = await listWith();
  await shares.revokeMadeBy("maker", nowMs);
  expect(await refusal(shares.admit(visitor("anna"), nowMs))).toBe("revoked");
});

const docs = { serviceName: "app", readOnly: false, pathPrefixes: ["/docs"] };
const reading = { serviceName: "app", readOnly: true };
test.each([
  [docs, "http", "GET", "/docs/a?b=1", undefined],
  [docs, "http", "GET", "/admin", "This share does not allow that path."],
  [docs, "http", "GET", "/docs/%2e%2e/admin", "The request is refused: the path climbs with dot segments."],
  [docs, "http", "GET", "/docsx", "This share does not allow that path."],
  [docs, "websocket", "GET", "/admin", "This share does not allow that path."],
  [reading, "http", "GET", "/", undefined],
  [reading, "http", "HEAD", "/", undefined],
  [reading, "http", "POST", "/", "This share is for reading: POST is not allowed."],
  [reading, "http", "PUT", "/", "This share is for reading: PUT is not allowed."],
  [reading, "websocket", "GET", "/", "This share is for reading, and a WebSocket could change things."],
  [
    { ...reading, readOnly: false, methods: ["GET"] },
    "http",
    "DELETE",
    "/",
    "This share does not allow the method DELETE.",
  ],
] as const)("scope %j: %s %s %s", (scope, kind, method, path, wanted) => {
  const copy = { ...scope, ...("pathPrefixes" in scope ? { pathPrefixes: [...scope.pathPrefixes] } : {}) };
  const methods = "methods" in scope ? { methods: [...scope.methods] } : {};
  expect(shareRefusalOf({ ...copy, ...methods } as never, kind, method, path)?.message).toBe(wanted);
});

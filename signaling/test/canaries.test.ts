/**
 * A secret in every input that takes one: afterwards none of them stands in clear in the log, the figures, an answer's
 * fault, the database or its backup. The inputs are read from the API's own description: one that is new and is called
 * neither secret nor public here fails the test.
 */
import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { backUp } from "../src/backup/index.ts";
import { engineNames, startEngine, type TestEngine } from "./engines.ts";
import { Installation } from "./installation.ts";
import { SimulatedMachine } from "./simulated-machine.ts";
import { SocketInbox } from "./socket-inbox.ts";
import { joinSession, openSession } from "./viewer.ts";

/** Names of inputs that open a door to whoever knows them. */
const secretNames = new Set([
  "code",
  "pin",
  "password",
  "newPassword",
  "currentPassword",
  "secret",
  "ticket",
  "signalingTicket",
  "signed",
]);
/** Names of inputs that may be seen: keys' public halves, names, ids, what a policy allows. */
const publicNames = new Set([
  ...[
    "label",
    "group",
    "name",
    "email",
    "note",
    "role",
    "platform",
    "serverId",
    "serviceName",
    "deviceKey",
    "shareId",
    "ticketHash",
  ],
  ...["identityKey", "noiseKey", "noiseKeySignature", "signature", "oldSignature", "newSignature"],
]);

interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly pattern?: string;
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
}

/** Shapes that secrets of ours have; the first that fits an input's pattern is used. */
const shapes = () => {
  const bytes = randomBytes(90);
  const base32 = [...bytes].map((byte) => "abcdefghijklmnopqrstuvwxyz234567"[byte % 32]).join("");
  return [base32.slice(0, 26), bytes.toString("base64url").slice(0, 22), bytes.toString("base64url").slice(0, 43)];
};

class Canaries {
  readonly planted: { readonly where: string; readonly secret: string }[] = [];
  readonly unnamed: string[] = [];

  /** A body that fits a schema as far as it goes, with a secret wherever one belongs. */
  fill(schema: Schema, where: string, name = ""): unknown {
    if (schema.const !== undefined) return schema.const;
    if (schema.enum !== undefined) return schema.enum[0];
    const [either] = (schema.anyOf ?? []).filter(({ type }) => type !== "null");
    if (either !== undefined) return this.fill(either, where, name);
    if (schema.properties !== undefined) {
      const entries = Object.entries(schema.properties);
      return Object.fromEntries(entries.map(([key, part]) => [key, this.fill(part, `${where} ${key}`, key)]));
    }
    if (schema.type === "array") return schema.items === undefined ? [] : [this.fill(schema.items, where, name)];
    if (schema.type === "integer" || schema.type === "number") return 1;
    if (schema.type === "boolean") return true;
    if (schema.type !== "string") return {};
    if (!secretNames.has(name)) {
      if (!publicNames.has(name)) this.unnamed.push(where);
      return schema.format === "email" ? "someone@example.org" : (this.#fitting(schema.pattern) ?? "public");
    }
    const secret = this.#fitting(schema.pattern) ?? shapes()[0] ?? "";
    this.planted.push({ where, secret });
    return secret;
  }

  #fitting(pattern: string | undefined): string | undefined {
    return pattern === undefined ? shapes()[0] : shapes().find((text) => new RegExp(pattern).test(text));
  }
}

describe.each(engineNames)("on %s", (name) => {
  let engine: TestEngine;
  let installation: Installation;
  const settings = {
    turn: { urls: ["turn:turn.example:3478"], secret: `turn${randomBytes(16).toString("hex")}` },
    cookieSecret: `cookie${randomBytes(16).toString("hex")}`,
    identityProvider: {
      ...{ issuer: "http://127.0.0.1:9", clientId: "culvert" },
      clientSecret: `client${randomBytes(16).toString("hex")}`,
    },
  };
  beforeAll(async () => {
    engine = await startEngine(name);
    const { databaseUrl } = await engine.place();
    // A password that the database does not ask for, and that the server is given all the same.
    const withPassword = databaseUrl?.replace("culvert@", `culvert:${databasePassword}@`);
    installation = await Installation.start({
      ...{ ...settings, metrics: { port: 0 }, rateLimits: { signIn: 1_000, redeem: 1_000 } },
      ...(withPassword === undefined ? {} : { databaseUrl: withPassword }),
    });
  }, 60_000);
  afterAll(async () => {
    await installation?.end();
    await engine?.stop();
  });
  const databasePassword = `database${randomBytes(16).toString("hex")}`;

  test("no secret that went in or came out stands anywhere in clear", { timeout: 120_000 }, async () => {
    await installation.signIn();
    const canaries = new Canaries();
    const faults: string[] = [];
    const { paths } = (await installation.ask({ path: "/api/openapi.json" })).json as {
      paths: Record<string, Record<string, { requestBody?: { content: { "application/json": { schema: Schema } } } }>>;
    };
    for (const [pattern, operations] of Object.entries(paths)) {
      for (const [method, { requestBody }] of Object.entries(operations)) {
        const schema = requestBody?.content["application/json"].schema;
        if (schema === undefined || pattern.endsWith("sign-out")) continue;
        const path = pattern.replaceAll(/\{\w+\}/g, "a".repeat(26));
        for (const isWhole of [true, false]) {
          const filled = canaries.fill(schema, `${method} ${pattern}`) as Record<string, unknown>;
          // Once as it should be, once with something that no schema takes: faults tempt to quote.
          const body = isWhole
            ? filled
            : { ...filled, [Object.keys(filled)[0] ?? "x"]: { canary: Object.values(filled) } };
          faults.push((await installation.asDashboard({ method: method.toUpperCase(), path, body })).text);
        }
      }
    }
    expect(canaries.unnamed, "inputs that are called neither secret nor public").toEqual([]);
    expect(canaries.planted.length).toBeGreaterThan(10);

    // What the server makes and hands out once.
    const machine = new SimulatedMachine(installation);
    const enrolment = await installation.server.createEnrolmentCode();
    await machine.redeem(enrolment.code);
    await machine.connect();
    const session = await openSession(installation, machine.serverId);
    await joinSession(installation, session);
    const unused = await installation.server.createSignInLink();
    const asked = (path: string, body: object) => installation.asDashboard({ method: "POST", path, body });
    const invitation = (await asked("/api/invitations", { role: "auditor", note: "" })).json as { url: string };
    const launch = (await asked(`/api/servers/${machine.serverId}/launch`, {})).text;
    const ticket = shapes()[2] ?? "";
    const viewer = await SocketInbox.open(installation.port, "/api/signaling/viewer", {
      ...{ host: installation.host, origin: installation.server.dashboardOrigin, cookie: installation.cookie },
    });
    viewer.send({ type: "join", versions: { min: 1, max: 1 }, signalingTicket: ticket });
    await viewer.closed();
    await SocketInbox.open(installation.port, `/api/signaling/viewer?ticket=${ticket}`, {
      host: installation.host,
    }).catch(() => undefined);

    const [turn] = session.iceServers;
    const cookie = decodeURIComponent(installation.cookie.split("=")[1] ?? "").split(".");
    const folder = join(installation.folder, "data");
    const secrets: Record<string, string> = {
      ...Object.fromEntries(canaries.planted.map(({ where, secret }, index) => [`${where} (${index})`, secret])),
      ...{ enrolment: enrolment.code, signInLink: unused.code, ticket: session.signalingTicket, madeUpTicket: ticket },
      ...{ token: session.remoteSessionToken.split(".")[2] ?? "", turnCredential: turn?.credential ?? "" },
      ...{ cookieSignature: cookie[1] ?? "", turnSecret: settings.turn.secret, cookieSecret: settings.cookieSecret },
      ...{ clientSecret: settings.identityProvider.clientSecret, databasePassword },
      invitation: /#.*?([a-z2-7]{26})/.exec(invitation.url)?.[1] ?? "",
      launch: /#.*?([A-Za-z0-9_-]{22,})/.exec(launch)?.[1] ?? /"code":"([^"]+)"/.exec(launch)?.[1] ?? "",
      signingKey: (JSON.parse(readFileSync(join(folder, "signing-key.json"), "utf8")) as { d: string }).d,
    };
    for (const [what, secret] of Object.entries(secrets)) expect(secret.length, what).toBeGreaterThanOrEqual(16);

    const figures = await (await fetch(`http://127.0.0.1:${installation.server.metricsPort}/metrics`)).text();
    const places = {
      log: installation.logLines.join(""),
      figures,
      faults: faults.join("\n"),
      ...(await storedIn(installation)),
    };
    // Each search is shown to work by something that must be there.
    expect(places.log).toContain("/api/enrollments/redeem");
    expect(places.figures).toContain("/api/enrollments/redeem");
    expect(places.faults).toContain("invalid-request");
    expect(places.database).toContain(session.sessionId);
    expect(places.backup).toContain(session.sessionId);
    const found = Object.entries(places).flatMap(([place, text]) =>
      Object.entries(secrets).flatMap(([what, secret]) => (text.includes(secret) ? [`${what} in ${place}`] : [])),
    );
    expect(found).toEqual([]);
  });

  /** Every row of the database, its files, and a backup as it is written without keys. */
  async function storedIn({ folder, server }: Installation): Promise<{ database: string; backup: string }> {
    await server.close();
    const place = { dataFolder: join(folder, "data") };
    const { openStore } = await import("../src/store/index.ts");
    const store = await openStore(place.dataFolder, installation.databaseUrl);
    const tables = await store.rawQueries.introspection.getTables();
    const rows = [];
    for (const { name: table } of tables) {
      rows.push(JSON.stringify((await sql`select * from ${sql.table(table)}`.execute(store.rawQueries)).rows));
    }
    const path = join(folder, "backup");
    await backUp({ store, path, keys: undefined, nowMs: Date.now() } as Parameters<typeof backUp>[0]);
    await store.close();
    const files = readdirSync(place.dataFolder).filter((file) => file.startsWith("culvert.db"));
    const bytes = files.map((file) => readFileSync(join(place.dataFolder, file)).toString("latin1"));
    return { database: [...rows, ...bytes].join("\n"), backup: gunzipSync(readFileSync(path)).toString("utf8") };
  }
});

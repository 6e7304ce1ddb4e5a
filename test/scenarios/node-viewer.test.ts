/** A Node program uses a remote service as if it were local: fetch, WebSocket and byte streams over a tunnel. */
import { fork } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { connectTunnel, createDeviceKey, errorKind, type ServiceConnection } from "@culvert/peer-agent/viewer";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { WebSocketServer } from "ws";
import { type AgentStage, setAgentStage } from "../harness/agent-stage.ts";
import { abandoned, app, download } from "../harness/node-viewer-app.ts";

const sessionIds: string[] = [];

const hash = (bytes: ArrayBuffer | Uint8Array) => createHash("sha256").update(new Uint8Array(bytes)).digest("hex");

let stage: AgentStage;
let service: ServiceConnection;

async function connect(): Promise<ServiceConnection> {
  const createSession = async (deviceKey: string) => {
    const session = await stage.createSession(deviceKey);
    sessionIds.push(session.sessionId);
    return session;
  };
  return connectTunnel({ createSession, headers: stage.ownerHeaders, webrtc: "werift" });
}

/** The kind of error that something rejects with. */
async function kindOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => "no error",
    (thrown: unknown) => errorKind(thrown),
  );
}

describe("a service over a tunnel", () => {
  beforeAll(async () => {
    stage = await setAgentStage({ library: "native", app });
    new WebSocketServer({ server: stage.app, path: "/socket" }).on("connection", (socket, request) => {
      socket.send(JSON.stringify({ origin: request.headers.origin, token: request.headers["x-token"] }));
      socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary }));
    });
    service = await connect();
  });
  afterAll(async () => {
    await service?.close();
    await stage?.close();
  });

  test("comes up on the relay and moves to a direct path by itself", async () => {
    expect(service.state).toBe("open");
    await expect.poll(() => service.paths().map(({ kind }) => kind), { timeout: 20_000 }).toContain("direct");
  });

  test("answers a GET as fetch does, a 404 included", async () => {
    const answer = await service.fetch("/nothing?x=1");
    expect([answer.status, answer.ok, await answer.text()]).toEqual([404, false, "nothing here"]);
    expect(answer.url).toBe(`${service.origin}/nothing?x=1`);
  });

  test("takes bodies with a length, and streams in both directions at once", async () => {
    const whole = await service.fetch("/echo", { method: "POST", body: "größe" });
    expect(whole.headers.get("x-length")).toBe("7");
    expect(await whole.text()).toBe("größe");

    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const writer = writable.getWriter();
    const streaming = service.fetch("/echo", { method: "POST", body: readable, duplex: "half" } as RequestInit);
    void writer.write(new TextEncoder().encode("one"));
    const answer = await streaming;
    const reader = answer.body?.getReader();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe("one");
    void writer.write(new TextEncoder().encode("two"));
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe("two");
    await writer.close();
    expect((await reader?.read())?.done).toBe(true);
  });

  test("carries a download of 20 MiB and an upload of the same, unchanged", async () => {
    const answer = await service.fetch("/download");
    expect(hash(await answer.arrayBuffer())).toBe(hash(download));
    const echoed = await service.fetch("/echo", { method: "POST", body: download });
    expect(hash(await echoed.arrayBuffer())).toBe(hash(download));
  });

  test("tells the app when a download is aborted or its body cancelled", async () => {
    const controller = new AbortController();
    const aborted = await service.fetch("/endless", { signal: controller.signal });
    await aborted.body?.getReader().read();
    controller.abort();
    await expect.poll(() => abandoned).toContain("/endless");

    const canceled = await service.fetch("/endless-too");
    await canceled.body?.cancel();
    await expect.poll(() => abandoned).toContain("/endless-too");
  });

  test("rejects with the signal's reason", async () => {
    expect(await kindOf(service.fetch("/silent", { signal: AbortSignal.timeout(100) }))).toBe("timeout");
    expect(await kindOf(service.fetch("/silent", { signal: AbortSignal.abort() }))).toBe("canceled");
    await expect.poll(() => abandoned).toContain("/silent");
    const controller = new AbortController();
    const answer = await service.fetch("/endless", { signal: controller.signal });
    const reading = answer.arrayBuffer();
    controller.abort();
    expect(await kindOf(reading)).toBe("canceled");
  });

  test("fails the reader of a body that the app cut short", async () => {
    const answer = await service.fetch("/cut");
    await expect(answer.text()).rejects.toMatchObject({ code: "target-aborted" });
  });

  test("follows redirects inside the service, and no others", async () => {
    const followed = await service.fetch("/moved", { method: "POST", body: "x" });
    expect([followed.redirected, await followed.text()]).toEqual([true, "GET no cookie"]);
    expect(followed.headers.getSetCookie()).toEqual(["b=2", "c=3"]);
    expect(await (await service.fetch("/kept", { method: "PUT", body: "kept" })).text()).toBe("kept");

    const manual = await service.fetch("/moved", { redirect: "manual" });
    expect([manual.status, manual.headers.get("location")]).toEqual([303, "/cookie"]);
    await manual.body?.cancel();
    await expect(service.fetch("/moved", { redirect: "error" })).rejects.toMatchObject({ code: "unsupported" });
    await expect(service.fetch("/away")).rejects.toMatchObject({ code: "unsupported" });
    await expect(service.fetch("/loop")).rejects.toMatchObject({ code: "unsupported" });
  });

  test("asks nobody else", async () => {
    await expect(service.fetch("https://elsewhere.example/")).rejects.toMatchObject({ code: "invalid-request" });
    await expect(service.fetch("//elsewhere.example/")).rejects.toMatchObject({ code: "invalid-request" });
    expect((await service.fetch(new Request(`${service.origin}/cookie`))).status).toBe(200);
  });

  test("speaks WebSocket as the global one does", async () => {
    const socket = new service.WebSocket("/socket", { headers: { "x-token": "t" } });
    socket.binaryType = "arraybuffer";
    const received: unknown[] = [];
    const done = Promise.withResolvers<void>();
    socket.onmessage = ({ data }) => {
      received.push(data);
      if (received.length === 3) socket.close(3001, "enough");
    };
    socket.addEventListener("open", () => {
      socket.send("text");
      socket.send(download.subarray(0, 300_000));
    });
    const closes: unknown[] = [];
    socket.onclose = ({ code, reason, wasClean }) => {
      closes.push({ code, reason, wasClean });
      done.resolve();
    };
    await done.promise;
    expect(JSON.parse(String(received[0]))).toEqual({ origin: `http://localhost:${stage.appPort}`, token: "t" });
    expect(received[1]).toBe("text");
    expect(hash(received[2] as ArrayBuffer)).toBe(hash(download.subarray(0, 300_000)));
    expect(closes).toEqual([{ code: 3001, reason: "enough", wasClean: true }]);
    expect([socket.readyState, socket.bufferedAmount]).toEqual([3, 0]);
  });

  test("says why a WebSocket did not come to be", async () => {
    const socket = new service.WebSocket("/nothing");
    const failed = once(socket, "error");
    const closed = once(socket, "close");
    const [{ error }] = await failed;
    expect(error).toMatchObject({ code: "unsupported" });
    expect((await closed)[0]).toMatchObject({ code: 1006, wasClean: false });
  });

  test("opens a byte stream, which an agent without tcp services refuses", async () => {
    const socket = await service.connect();
    const [error] = await once(socket.resume(), "error");
    expect([error.code, errorKind(error)]).toEqual(["unsupported", "unsupported"]);
  });

  test("is refused while the app is down, and there again with it", async () => {
    stage.app.closeAllConnections();
    await new Promise((resolve) => stage.app.close(resolve));
    expect(await kindOf(service.fetch("/cookie"))).toBe("refused");
    await new Promise<void>((resolve) => stage.app.listen(stage.appPort, "127.0.0.1", resolve));
    expect((await service.fetch("/cookie")).status).toBe(200);
  });
});

describe("a tunnel that does not come up", () => {
  beforeAll(async () => {
    stage = await setAgentStage({ library: "werift", app });
  });
  afterAll(() => stage.close());

  test("tells that the account is not signed in, or why the session is not for this viewer", async () => {
    const { createSession, ownerHeaders } = stage;
    const { cookie: _cookie, ...headers } = ownerHeaders;
    await expect(connectTunnel({ createSession, headers, webrtc: "werift" })).rejects.toMatchObject({
      code: "unauthenticated",
    });
    const [mine, other] = [await createDeviceKey(), await createDeviceKey()];
    const session = await createSession(Buffer.from(other.publicKey).toString("base64url"));
    const refused = connectTunnel({ session, deviceKey: mine, headers: ownerHeaders, webrtc: "werift" });
    expect(await kindOf(refused)).toBe("auth");
  });

  test("gives up at once where the caller does", async () => {
    const waiting = { createSession: () => new Promise<never>(() => {}), webrtc: "werift" } as const;
    expect(await kindOf(connectTunnel({ ...waiting, signal: AbortSignal.timeout(50) }))).toBe("timeout");
    expect(await kindOf(connectTunnel({ ...waiting, signal: AbortSignal.abort() }))).toBe("canceled");
  });
});

describe("the end of a tunnel", () => {
  beforeEach(async () => {
    stage = await setAgentStage({ library: "native", app });
    service = await connect();
  });
  afterEach(async () => {
    await service.close();
    await stage.close();
  });

  test("fails what is under way with one clear error when the agent stops", async () => {
    const answer = await service.fetch("/endless");
    const reading = kindOf(answer.arrayBuffer());
    await stage.agent.stop();
    expect(await reading).toBe("network");
    expect(service.state).toBe("lost");
    expect(await kindOf(service.fetch("/cookie"))).not.toBe("no error");
  });

  test("is followed by a new session where one is to be had", async () => {
    const states: string[] = [];
    service.onEvent((event) => {
      if (event.type === "state") states.push(`${event.state} ${event.error?.code ?? ""}`.trim());
    });
    const answer = await service.fetch("/endless");
    const reading = kindOf(answer.arrayBuffer());
    await stage.revokeSession(sessionIds.at(-1) ?? "");
    expect(await reading).toBe("auth");
    expect((await service.fetch("/cookie")).status).toBe(200);
    expect(states).toEqual(["lost revoked", "connecting", "open"]);
    await service.close();
    expect(states.at(-1)).toBe("closed");
    await expect(service.fetch("/cookie")).rejects.toMatchObject({ code: "closed" });
  });

  test("leaves nothing running: a program whose only work is a viewer exits after close()", async () => {
    const program = fork(new URL("../harness/node-viewer-program.ts", import.meta.url), {
      env: { ...process.env, OWNER_HEADERS: JSON.stringify(stage.ownerHeaders) },
    });
    const exited = once(program, "exit");
    const messages: unknown[] = [];
    program.on("message", (message: { deviceKey?: string; status?: number }) => {
      messages.push(message);
      if (message.deviceKey === undefined) return;
      void stage.createSession(message.deviceKey).then((session) => program.send(session));
    });
    expect(await exited).toEqual([0, null]);
    expect(messages).toContainEqual({ status: 200, kind: "network" });
  });
});

import { TunnelError } from "@culvert/protocol";
import { afterEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { apiRequest, faultOf } from "./api-request.ts";

const schema = z.object({ name: z.string() });

function answerWith(status: number, body: string): void {
  vi.stubGlobal("fetch", async () => new Response(body, { status }));
}

async function faultFrom(request: Promise<unknown>): Promise<TunnelError> {
  const thrown = await request.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(thrown instanceof TunnelError)) throw new Error(`wanted a TunnelError, got ${String(thrown)}`);
  return thrown;
}

afterEach(() => vi.unstubAllGlobals());

describe("apiRequest", () => {
  it("gives the answer as its schema has it, without fields it does not know", async () => {
    answerWith(200, '{"name":"studio-mac","secret":1}');
    expect(await apiRequest("/api/x", { schema })).toEqual({ name: "studio-mac" });
  });

  it("sends a body as JSON", async () => {
    const fetched = vi.fn(async (_path: string, _init: RequestInit) => new Response('{"name":"x"}'));
    vi.stubGlobal("fetch", fetched);
    await apiRequest("/api/x", { method: "POST", body: { a: 1 }, schema });
    expect(fetched.mock.calls[0]?.[1]).toMatchObject({
      method: "POST",
      body: '{"a":1}',
      headers: { "content-type": "application/json" },
    });
  });

  it("turns the API's own fault into its code, message and hint", async () => {
    answerWith(409, '{"error":{"code":"offline","message":"studio-mac is offline.","hint":"Start it."}}');
    const fault = await faultFrom(apiRequest("/api/x", { schema }));
    expect([fault.code, fault.message, fault.hint, fault.origin]).toEqual([
      "offline",
      "studio-mac is offline.",
      "Start it.",
      "remote",
    ]);
  });

  it("says `network` when the server is away", async () => {
    vi.stubGlobal("fetch", async () => {
      throw new TypeError("Failed to fetch");
    });
    expect((await faultFrom(apiRequest("/api/x", { schema }))).code).toBe("network");
  });

  it("says `canceled` when the caller gave up", async () => {
    const controller = new AbortController();
    controller.abort();
    vi.stubGlobal("fetch", async (_path: string, init: RequestInit) => {
      init.signal?.throwIfAborted();
      return new Response();
    });
    expect((await faultFrom(apiRequest("/api/x", { schema, signal: controller.signal }))).code).toBe("canceled");
  });

  it("refuses an answer of another shape", async () => {
    answerWith(200, '{"nom":"x"}');
    expect((await faultFrom(apiRequest("/api/x", { schema }))).code).toBe("protocol-error");
  });

  it("takes a proxy's HTML page for what its status says", async () => {
    answerWith(502, "<html>Bad gateway</html>");
    expect((await faultFrom(apiRequest("/api/x", { schema }))).code).toBe("network");
  });
});

describe("faultOf", () => {
  it("does not trust a code that is not in the closed union", () => {
    const fault = faultOf(403, { error: { code: "made-up", message: "m", hint: "h" } });
    expect(fault.code).toBe("forbidden");
  });

  it("keeps the message of a fault that is not wrapped", () => {
    const fault = faultOf(401, { code: "INVALID_EMAIL_OR_PASSWORD", message: "Invalid email or password" });
    expect([fault.code, fault.message]).toEqual(["unauthenticated", "Invalid email or password"]);
  });
});

/** The sample app by itself: what later tests rely on when they look at it through a tunnel. */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { createShowcase } from "../apps/showcase/showcase.ts";

const sessionToken = "a-secret-that-no-body-may-carry";
const showcase = createShowcase({ newSessionToken: () => sessionToken });
let address = "";

beforeAll(async () => {
  address = `http://127.0.0.1:${await showcase.listen(0)}`;
});
afterAll(() => showcase.close());

describe("pages", () => {
  test.each(["/", "/live", "/chat", "/files", "/media", "/compute", "/account"])(
    "%s names only assets that exist",
    async (path) => {
      const page = await (await fetch(address + path)).text();
      const assets = [...page.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map((match) => match[1] ?? "");
      expect(assets.length).toBeGreaterThan(2);
      for (const asset of assets) expect((await fetch(address + asset)).status, asset).toBe(200);
    },
  );

  test("name no other host", async () => {
    for (const path of ["/", "/live", "/media", "/assets/style.css", "/assets/overview.js"]) {
      const text = await (await fetch(address + path)).text();
      expect(text.replaceAll("http://www.w3.org/2000/svg", "")).not.toMatch(/https?:\/\/[a-z]/);
    }
  });

  test("answer 404 for a path that is none, with the path escaped", async () => {
    const response = await fetch(`${address}/%3Cscript%3E`);
    expect(response.status).toBe(404);
    expect(await response.text()).not.toContain("<script>");
  });

  test("answer 304 to a validator that still holds", async () => {
    const etag = (await fetch(`${address}/assets/style.css`)).headers.get("etag") ?? "";
    const again = await fetch(`${address}/assets/style.css`, { headers: { "if-none-match": etag } });
    expect(again.status).toBe(304);
  });
});

describe("ranges of the melody", () => {
  const sizeBytes = 44 + 22_050 * 60 * 2;
  test.each([
    ["bytes=0-43", 206, `bytes 0-43/${sizeBytes}`, 44],
    ["bytes=100-", 206, `bytes 100-${sizeBytes - 1}/${sizeBytes}`, sizeBytes - 100],
    ["bytes=-10", 206, `bytes ${sizeBytes - 10}-${sizeBytes - 1}/${sizeBytes}`, 10],
    [`bytes=5-${sizeBytes * 2}`, 206, `bytes 5-${sizeBytes - 1}/${sizeBytes}`, sizeBytes - 5],
    [`bytes=${sizeBytes}-`, 416, `bytes */${sizeBytes}`, 0],
    ["bytes=-0", 416, `bytes */${sizeBytes}`, 0],
    ["bytes=9-1", 200, null, sizeBytes],
    ["bytes=0-1,4-5", 200, null, sizeBytes],
  ])("%s answers %i", async (range, status, contentRange, bodyBytes) => {
    const response = await fetch(`${address}/media/melody.wav`, { headers: { range } });
    expect(response.status).toBe(status);
    expect(response.headers.get("content-range")).toBe(contentRange);
    expect((await response.arrayBuffer()).byteLength).toBe(bodyBytes);
  });

  test("a part is the same bytes as in the whole", async () => {
    const whole = Buffer.from(await (await fetch(`${address}/media/melody.wav`)).arrayBuffer());
    const part = await fetch(`${address}/media/melody.wav`, { headers: { range: "bytes=1000-1999" } });
    expect(Buffer.from(await part.arrayBuffer()).equals(whole.subarray(1000, 2000))).toBe(true);
    expect(whole.subarray(0, 4).toString()).toBe("RIFF");
  });
});

describe("files", () => {
  test("a download has the hash that was announced, and that stands for ever", async () => {
    const announced = await (await fetch(`${address}/api/downloads/1000003`)).json();
    const bytes = Buffer.from(await (await fetch(`${address}/download/1000003`)).arrayBuffer());
    expect(bytes.length).toBe(1_000_003);
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(announced.sha256);
    expect(announced.sha256).toBe("565fc1fa6394e16ea9b1840aadcd0d9fe767db68b031e5e149632d85a53d59c7");
  });

  test("a part of a download may begin anywhere", async () => {
    const whole = Buffer.from(await (await fetch(`${address}/download/300000`)).arrayBuffer());
    const part = await fetch(`${address}/download/300000`, { headers: { range: "bytes=70001-" } });
    expect(Buffer.from(await part.arrayBuffer()).equals(whole.subarray(70_001))).toBe(true);
  });

  test("an upload is answered with its size and hash", async () => {
    const body = Buffer.alloc(3 * 1024 * 1024, "culvert");
    const answer = await fetch(`${address}/api/uploads`, { method: "POST", body });
    expect(await answer.json()).toEqual({
      sizeBytes: body.length,
      sha256: createHash("sha256").update(body).digest("hex"),
    });
  });
});

describe("the account", () => {
  test("signs in through a chain of redirects and keeps the secret out of every body", async () => {
    const login = await fetch(`${address}/login`, {
      method: "POST",
      body: new URLSearchParams({ name: "Ada" }),
      redirect: "manual",
    });
    expect([login.status, login.headers.get("location")]).toEqual([303, "/login/welcome"]);
    expect(login.headers.getSetCookie()[0]).toBe(`showcase_session=${sessionToken}; Path=/; HttpOnly; SameSite=Lax`);
    const welcome = await fetch(`${address}/login/welcome`, { redirect: "manual" });
    expect([welcome.status, welcome.headers.get("location")]).toEqual([302, "/account?welcome=1"]);

    const headers = { cookie: `showcase_name=Ada; showcase_session=${sessionToken}` };
    const page = await (await fetch(`${address}/account`, { headers })).text();
    expect(page).toContain("Ada");
    expect(page).not.toContain(sessionToken);
    expect(await (await fetch(`${address}/api/me`, { headers })).json()).toEqual({ name: "Ada" });

    await fetch(`${address}/logout`, { method: "POST", headers, redirect: "manual" });
    expect(await (await fetch(`${address}/api/me`, { headers })).json()).toEqual({ name: null });
  });
});

describe("live connections", () => {
  test("the clock counts on from the last event that a client saw", async () => {
    const leaving = new AbortController();
    const response = await fetch(`${address}/api/clock?everyMs=20`, {
      headers: { "last-event-id": "41" },
      signal: leaving.signal,
    });
    let text = "";
    for await (const chunk of response.body ?? []) {
      text += new TextDecoder().decode(chunk);
      if (text.includes("id: 43")) break;
    }
    leaving.abort();
    expect(text.match(/^id: \d+$/gm)?.slice(0, 2)).toEqual(["id: 42", "id: 43"]);
  });

  test("the echo gives back text and binary, and closes as asked", async () => {
    const socket = new WebSocket(`${address.replace("http", "ws")}/ws/echo`, ["other", "echo.v1"]);
    await once(socket, "open");
    expect(socket.protocol).toBe("echo.v1");
    socket.send("größer");
    expect(String((await once(socket, "message"))[0])).toBe("größer");
    const bytes = Buffer.from([0, 255, 128]);
    socket.send(bytes);
    const [echoed, isBinary] = await once(socket, "message");
    expect([isBinary, bytes.equals(echoed)]).toEqual([true, true]);
    socket.send("close:4123:enough");
    const [code, reason] = await once(socket, "close");
    expect([code, String(reason)]).toEqual([4123, "enough"]);
  });

  test("the room tells everybody what one says", async () => {
    const [ada, bob] = [
      new WebSocket(`${address.replace("http", "ws")}/ws/chat`),
      new WebSocket(`${address.replace("http", "ws")}/ws/chat`),
    ];
    const heard = new Promise<{ text: string }>((resolve) => {
      bob.on("message", (data) => {
        const message = JSON.parse(String(data));
        if (message.type === "line") resolve(message);
      });
    });
    await Promise.all([once(ada, "open"), once(bob, "open")]);
    ada.send("  hello  ");
    expect((await heard).text).toBe("hello");
    ada.terminate();
    bob.terminate();
  });

  test("an upgrade to another path is refused", async () => {
    const socket = new WebSocket(`${address.replace("http", "ws")}/nowhere`);
    const [error] = await once(socket, "error");
    expect(String(error)).toContain("404");
  });
});

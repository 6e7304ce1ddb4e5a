/** What every target must do when an exchange goes wrong on either side. */
import { once } from "node:events";
import type { RequestListener, Server } from "node:http";
import { setTimeout } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ServiceTarget } from "../targets/target.ts";
import { ask, bodyOf } from "./asking-viewer.ts";
import type { TargetWorld } from "./target-world.ts";

/** Long enough for the end of a connection to reach the agent before anything of the answer is read. */
const unreadMs = 50;

/** Registers the suite for one kind of target; see `httpTargetContract`. */
export function httpFaultContract(name: string, world: TargetWorld): void {
  describe(`${name} when an exchange goes wrong`, () => {
    let server: Server;
    let target: ServiceTarget;
    let port = 0;
    let requests = 0;
    let handler: RequestListener = (_request, answer) => answer.end();

    beforeEach(async () => {
      requests = 0;
      server = world.createServer((request, answer) => {
        requests += 1;
        handler(request, answer);
      });
      port = await world.listen(server);
      target = world.createTarget(port);
    });
    afterEach(async () => {
      await target.close();
      server.closeAllConnections();
      server.close();
    });

    test("a target that is down is named with its port and what to do, and works again when it is back", async () => {
      await target.close();
      server.close();
      await once(server, "close");
      target = world.createTarget(port);
      const { sent, served } = ask(target, { path: "/" });
      await expect(sent.readHead()).rejects.toMatchObject({
        code: "target-unreachable",
        message: `Nothing answers ${world.where(port)}.`,
        hint: "Start the app, this page comes back by itself.",
      });
      await served;
      expect(await target.isReachable()).toBe(false);
      await world.listen(server, port);
      expect(await target.isReachable()).toBe(true);
      expect((await ask(target, { path: "/" }).sent.readHead()).status).toBe(200);
    });

    test.each([
      ["with a declared length", { "content-length": "1000000" }],
      ["in chunks", {}],
    ])("an answer cut short %s is an error, never a short success", async (_how, headers) => {
      handler = (_request, answer) => {
        answer.writeHead(200, headers);
        answer.write("x".repeat(1000), () => answer.destroy());
      };
      const { sent, served } = ask(target, { path: "/" });
      await sent.readHead();
      await expect(bodyOf(sent)).rejects.toMatchObject({ code: "target-aborted" });
      await served;
    });

    test("a connection that closes without an answer fails the exchange, and the request was sent once", async () => {
      handler = (request) => request.socket.destroy();
      const { sent } = ask(target, { path: "/" });
      await expect(sent.readHead()).rejects.toMatchObject({ code: "target-aborted" });
      expect(requests).toBe(1);
    });

    test("a viewer that gives up before the head cancels the request at the target", async () => {
      const reached = Promise.withResolvers<void>();
      const gone = Promise.withResolvers<void>();
      handler = (_request, answer) => {
        answer.on("close", () => gone.resolve());
        reached.resolve();
      };
      const { sent, served } = ask(target, { path: "/slow" });
      await reached.promise;
      sent.cancel();
      await gone.promise;
      await served;
    });

    test("a viewer that gives up in the middle of an answer cancels it at the target", async () => {
      const gone = Promise.withResolvers<void>();
      handler = (_request, answer) => {
        answer.on("close", () => gone.resolve());
        const more = () => {
          while (answer.write("x".repeat(65_536)));
          answer.once("drain", more);
        };
        more();
      };
      const { sent, served } = ask(target, { path: "/endless" });
      await sent.readHead();
      await sent.readBody();
      sent.cancel();
      await gone.promise;
      await served;
    });

    test("a slow viewer holds the target back", async () => {
      let written = 0;
      const blocked = Promise.withResolvers<void>();
      handler = (_request, answer) => {
        const more = () => {
          let goesOn = true;
          while (goesOn && written < 256 * 1024 * 1024) {
            written += 65_536;
            goesOn = answer.write(Buffer.alloc(65_536));
          }
          if (!goesOn) setImmediate(() => setImmediate(() => blocked.resolve()));
          answer.once("drain", more);
        };
        more();
      };
      const { sent } = ask(target, { path: "/endless" });
      await sent.readHead();
      await blocked.promise;
      expect(written).toBeLessThan(64 * 1024 * 1024);
      sent.cancel();
    });

    // Where the viewer's window and the agent's own fill at the last part of a body depends on how the parts come.
    test.each(Array.from({ length: 8 }, (_, index) => (480 + index * 16) * 1024 + 1))(
      "an answer of %i bytes comes whole to a slow viewer though the target closed the connection behind it",
      async (sizeBytes) => {
        const closed = Promise.withResolvers<void>();
        handler = (request, answer) => {
          answer.writeHead(200, { "content-length": sizeBytes });
          answer.end(Buffer.alloc(sizeBytes), () => request.socket.end(() => closed.resolve()));
        };
        const { sent, served } = ask(target, { path: "/" });
        await sent.readHead();
        await closed.promise;
        await setTimeout(unreadMs);
        expect((await bodyOf(sent)).length).toBe(sizeBytes);
        await served;
      },
    );

    test("an early answer ends the upload and is delivered", async () => {
      handler = (_request, answer) => {
        answer.writeHead(413, { connection: "close" });
        answer.end("too large");
      };
      const { sent, served } = ask(target, { method: "POST", path: "/", hasBody: true });
      await sent.writeBody(Buffer.alloc(65_536));
      expect((await sent.readHead()).status).toBe(413);
      expect((await bodyOf(sent)).toString()).toBe("too large");
      const upload = async () => {
        for (;;) await sent.writeBody(Buffer.alloc(65_536));
      };
      await expect(upload()).rejects.toMatchObject({ code: "canceled" });
      await served;
    });

    test("a body shorter than declared fails the exchange", async () => {
      handler = (request, answer) => request.resume().on("end", () => answer.end());
      const { sent } = ask(target, { method: "POST", path: "/", hasBody: true, headers: [["Content-Length", "10"]] });
      await sent.writeBody(Buffer.from("abc"));
      await sent.endBody();
      await expect(sent.readHead()).rejects.toMatchObject({ code: "invalid-request" });
    });

    test("an answer with more headers than can be carried fails in words", async () => {
      handler = (_request, answer) => {
        for (let count = 0; count < 300; count++) answer.appendHeader(`X-${count}`, "1");
        answer.end();
      };
      const { sent } = ask(target, { path: "/" });
      await expect(sent.readHead()).rejects.toMatchObject({
        code: "unsupported",
        message: "The app's answer has a head that cannot be carried.",
      });
    });
  });
}

/** What every target must do with HTTP exchanges, held against a purpose-made server on loopback. */
import type { RequestListener, Server } from "node:http";
import { brotliCompressSync, gzipSync, zstdCompressSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ServiceTarget } from "../targets/target.ts";
import { ask, bodyOf, header, sha256Hex } from "./asking-viewer.ts";
import type { TargetWorld } from "./target-world.ts";

const big = Buffer.alloc(5 * 1024 * 1024, "culvert ");

/** Registers the suite for one kind of target. `world`: where it lives. */
export function httpTargetContract(name: string, world: TargetWorld): void {
  describe(`${name} as a target for HTTP`, () => {
    let server: Server;
    let target: ServiceTarget;
    let port = 0;
    let handler: RequestListener = (_request, answer) => answer.end();

    beforeEach(async () => {
      server = world.createServer((request, answer) => handler(request, answer));
      port = await world.listen(server);
      target = world.createTarget(port);
    });
    afterEach(async () => {
      await target.close();
      server.closeAllConnections();
      server.close();
    });

    test("forwards method, path, query and headers as they are, with the target's own authority", async () => {
      let seen: unknown;
      handler = (request, answer) => {
        const { method, url, headers } = request;
        seen = { method, url, host: headers.host, origin: headers.origin, referer: headers.referer, x: headers["x-a"] };
        answer.end("ok");
      };
      const headers: [string, string][] = [
        ["Origin", "app:"],
        ["Referer", "app:/list?page=2"],
        ["X-A", "1"],
        ["X-a", "2"],
        ["Connection", "x-gone"],
        ["X-Gone", "1"],
      ];
      const { sent } = ask(target, { method: "PUT", path: "/items/%7e?q=%2f&r", headers });
      expect((await sent.readHead()).status).toBe(200);
      expect(seen).toEqual({
        method: "PUT",
        url: "/items/%7e?q=%2f&r",
        host: world.authority(port),
        origin: world.origin(port),
        referer: `${world.origin(port)}/list?page=2`,
        x: "1, 2",
      });
    });

    test("gives status, reason, and headers in order with duplicates", async () => {
      handler = (_request, answer) => {
        answer.writeHead(418, "Short and stout", [
          ["Set-Cookie", "a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT"],
          ["X-Name", "caf\u00e9"],
          ["Set-Cookie", "b=2"],
          ["Location", `${world.origin(port)}/next?from=${world.origin(port)}/`],
        ]);
        answer.end();
      };
      const { sent } = ask(target, { path: "/" });
      const head = await sent.readHead();
      expect([head.status, head.statusText]).toEqual([418, "Short and stout"]);
      expect(head.headers.slice(0, 3)).toEqual([
        ["Set-Cookie", "a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT"],
        ["X-Name", "caf\u00e9"],
        ["Set-Cookie", "b=2"],
      ]);
      expect(header(head, "location")).toMatch(/^app:\/next/);
      expect(header(head, "connection")).toBeUndefined();
    });

    test("carries a large body both ways byte for byte", async () => {
      handler = (request, answer) => request.pipe(answer);
      const { sent, served } = ask(target, { method: "POST", path: "/echo", hasBody: true });
      const upload = (async () => {
        for (let at = 0; at < big.length; at += 65_536) await sent.writeBody(big.subarray(at, at + 65_536));
        await sent.endBody();
      })();
      await sent.readHead();
      expect(sha256Hex(await bodyOf(sent))).toBe(sha256Hex(big));
      await upload;
      await served;
    });

    test("keeps a declared length on the way to the target", async () => {
      let seen: unknown;
      handler = (request, answer) => {
        seen = [request.headers["content-length"], request.headers["transfer-encoding"]];
        request.resume().on("end", () => answer.end());
      };
      const { sent } = ask(target, { method: "POST", path: "/", hasBody: true, headers: [["Content-Length", "3"]] });
      await sent.writeBody(Buffer.from("abc"));
      await sent.endBody();
      await sent.readHead();
      expect(seen).toEqual(["3", undefined]);
    });

    test.each([
      ["HEAD", 200],
      ["GET", 204],
      ["GET", 304],
    ])("%s %i has a head and no body", async (method, status) => {
      handler = (_request, answer) => {
        answer.writeHead(status, { etag: '"1"', ...(method === "HEAD" ? { "content-length": "77" } : {}) });
        answer.end();
      };
      const { sent } = ask(target, { method, path: "/" });
      const head = await sent.readHead();
      expect([head.status, header(head, "etag")]).toEqual([status, '"1"']);
      if (method === "HEAD") expect(header(head, "content-length")).toBe("77");
      expect(await sent.readBody()).toBeNull();
    });

    test("gives interim heads and trailers", async () => {
      handler = (_request, answer) => {
        answer.writeEarlyHints({ link: "</style.css>; rel=preload" });
        answer.writeHead(200, { trailer: "X-Sum" });
        answer.write("body");
        answer.addTrailers({ "X-Sum": "42", "Set-Cookie": "late=1" });
        answer.end();
      };
      const { sent } = ask(target, { path: "/" });
      const interim: number[] = [];
      await sent.readHead(({ status }) => interim.push(status));
      expect((await bodyOf(sent)).toString()).toBe("body");
      expect(interim).toEqual([103]);
      expect(sent.trailers()).toEqual([["X-Sum", "42"]]);
    });

    test("keeps the bytes of a reason phrase", async () => {
      handler = (request) => {
        request.socket.end("HTTP/1.1 200 caf\u00e9\r\ncontent-length: 0\r\nconnection: close\r\n\r\n", "utf8");
      };
      const { sent } = ask(target, { path: "/" });
      expect((await sent.readHead()).statusText).toBe("caf\u00c3\u00a9");
    });

    test("follows no redirect", async () => {
      handler = (_request, answer) => answer.writeHead(302, { location: "/else" }).end();
      const { sent } = ask(target, { path: "/" });
      const head = await sent.readHead();
      expect([head.status, header(head, "location")]).toEqual([302, "/else"]);
    });

    test.each([
      ["br", brotliCompressSync, "gzip, deflate", 200, undefined],
      ["zstd", zstdCompressSync, "gzip, deflate", 200, undefined],
      ["br", brotliCompressSync, "br, gzip", 200, "br"],
      ["br", brotliCompressSync, "gzip", 206, "br"],
      ["gzip", gzipSync, "gzip", 200, "gzip"],
    ])("%s answered to a viewer that takes %s", async (coding, compress, accepts, status, wanted) => {
      const plain = big.subarray(0, 300_000);
      const coded = compress(plain);
      handler = (_request, answer) => {
        answer.writeHead(status, { "content-encoding": coding, "content-length": coded.length });
        answer.end(coded);
      };
      const { sent } = ask(target, { path: "/", headers: [["Accept-Encoding", accepts]] });
      const head = await sent.readHead();
      expect(header(head, "content-encoding")).toBe(wanted);
      const body = await bodyOf(sent);
      expect(sha256Hex(body)).toBe(sha256Hex(wanted === undefined ? plain : coded));
    });
  });
}

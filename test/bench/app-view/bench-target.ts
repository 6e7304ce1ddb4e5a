/** Child process of the App View benches: an app whose cost is as near to nothing as a Node server's can be. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocketServer } from "ws";

const block = Buffer.alloc(64 * 1024, 0x61);

const server = createServer((request, response) => {
  const [, action, amount] = (request.url ?? "/").split("/");
  if (action === "download") {
    let left = Number(amount);
    response.writeHead(200, { "content-type": "application/octet-stream", "content-length": left });
    const pump = (): void => {
      while (left > 0) {
        const part = left >= block.length ? block : block.subarray(0, left);
        left -= part.length;
        if (!response.write(part)) {
          response.once("drain", pump);
          return;
        }
      }
      response.end();
    };
    pump();
  } else if (action === "upload") {
    let bytes = 0;
    request.on("data", (part: Buffer) => {
      bytes += part.length;
    });
    request.on("end", () => response.end(String(bytes)));
  } else if (action === "small") {
    response.writeHead(200, { "content-type": "application/json" }).end('{"small":true}');
  } else {
    response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><title>bench</title><p>bench");
  }
}).listen(0, "127.0.0.1", () => process.send?.({ port: (server.address() as AddressInfo).port }));

new WebSocketServer({ server, path: "/echo" }).on("connection", (socket) => {
  socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary }));
});

process.on("disconnect", () => process.exit(0));

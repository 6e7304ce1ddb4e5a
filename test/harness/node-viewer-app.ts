/** The app that Node viewers are tried on: echoes, large and endless answers, cuts, redirects and cookies. */
import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";

const downloadBytes = 20 * 1024 * 1024;
/** The body of `/download`. */
export const download = randomBytes(downloadBytes);
/** Paths whose answer the viewer left before its end, as the app saw it. */
export const abandoned: string[] = [];

/** Answers one request. */
export function app(request: IncomingMessage, answer: ServerResponse): void {
  const path = request.url ?? "/";
  answer.on("close", () => {
    if (!answer.writableEnded) abandoned.push(path);
  });
  switch (path) {
    case "/echo":
      answer.writeHead(200, { "x-length": request.headers["content-length"] ?? "none" });
      request.pipe(answer);
      break;
    case "/download":
      answer.writeHead(200, { "content-length": downloadBytes });
      answer.end(download);
      break;
    case "/endless":
    case "/endless-too":
      answer.writeHead(200);
      answer.write(download);
      break;
    case "/cut":
      answer.writeHead(200, { "content-length": 100 });
      answer.write("x", () => answer.destroy());
      break;
    case "/silent":
      break;
    case "/moved":
      answer.writeHead(303, { location: `http://localhost:${request.socket.localPort}/cookie`, "set-cookie": "a=1" });
      answer.end();
      break;
    case "/kept":
      answer.writeHead(307, { location: "/echo" });
      request.resume();
      answer.end();
      break;
    case "/away":
      answer.writeHead(302, { location: "https://elsewhere.example/" });
      answer.end();
      break;
    case "/loop":
      answer.writeHead(302, { location: "/loop" });
      answer.end();
      break;
    case "/cookie":
      answer.writeHead(200, [
        ["set-cookie", "b=2"],
        ["set-cookie", "c=3"],
      ]);
      answer.end(`${request.method} ${request.headers.cookie ?? "no cookie"}`);
      break;
    default:
      answer.writeHead(404);
      answer.end("nothing here");
  }
}

import { receiveRequest } from "@culvert/protocol/http";
import { createFakeClock } from "@culvert/protocol/testing";
import { expect, test } from "vitest";
import { streamPair } from "../../test/stream-pair.ts";
import { testLog } from "../../test/test-log.ts";
import { AppIcon } from "./app-icon.ts";
import { AppSignIn } from "./app-sign-in.ts";
import { ServiceCookies } from "./cookie-jar.ts";

const appOrigin = "http://shop.culvert.localhost:4000";
const png = Uint8Array.of(0x89, 0x50, 0x4e, 0x47);

interface Answer {
  readonly status?: number;
  readonly headers?: [string, string][];
  readonly body?: Uint8Array;
}

/** An app that answers by path; tells which paths were asked for and which icons came of it. */
function appWith(answers: Readonly<Record<string, Answer>>) {
  const clock = createFakeClock();
  const asked: string[] = [];
  const icons: (string | undefined)[] = [];
  const openStream = async () => {
    const pair = streamPair("http");
    void (async () => {
      const received = await receiveRequest(pair.agent);
      asked.push(received.head.path);
      const { status = 404, headers = [], body } = answers[received.head.path] ?? {};
      await received.writeHead({ status, statusText: "", headers });
      if (body !== undefined) await received.writeBody(body);
      await received.endBody();
    })().catch(() => {});
    return pair.viewer;
  };
  const signIn = new AppSignIn({ clock, onQuestions: () => {}, onUnsupported: () => {} });
  const icon = new AppIcon(
    {
      ...{ appOrigin, clock, signIn, openStream, onAnswer: () => {}, log: testLog(), loopbackPort: () => undefined },
      cookies: new ServiceCookies("shop.culvert.localhost"),
      identity: { userAgent: "", languages: [] },
    },
    (told) => icons.push(told),
  );
  return { icon, asked, icons };
}

const image: Answer = { status: 200, headers: [["Content-Type", "image/png"]], body: png };

test("the icon that a page names becomes a data: address, and is asked for once", async () => {
  const { icon, asked, icons } = appWith({ "/mark.png?v=1": image });
  await icon.follow(`${appOrigin}/mark.png?v=1`);
  await icon.follow(`${appOrigin}/mark.png?v=1`);
  expect(icons).toEqual(["data:image/png;base64,iVBORw=="]);
  expect(asked).toEqual(["/mark.png?v=1"]);
});

test("a page that names none has the usual one, and a redirect is followed within the app", async () => {
  const { icon, asked, icons } = appWith({
    "/favicon.ico": { status: 302, headers: [["Location", "app:/real.ico"]] },
    "/real.ico": { status: 200, body: png },
  });
  await icon.follow("");
  expect(icons).toEqual(["data:image/x-icon;base64,iVBORw=="]);
  expect(asked).toEqual(["/favicon.ico", "/real.ico"]);
});

test.each<[string, Answer]>([
  ["is not there", {}],
  ["is no image", { status: 200, headers: [["Content-Type", "text/html"]], body: png }],
  ["is too big", { status: 200, headers: [["Content-Type", "image/png"]], body: new Uint8Array(128 * 1024 + 1) }],
  ["is elsewhere", { status: 302, headers: [["Location", "https://evil.example/mark.png"]] }],
])("an icon that %s is none", async (_how, answer) => {
  const { icon, icons } = appWith({ "/mark.png": answer });
  await icon.follow(`${appOrigin}/mark.png`);
  expect(icons).toEqual([undefined]);
});

test("of a data: address only an image's is shown, and no foreign address is asked for", async () => {
  const { icon, asked, icons } = appWith({});
  const svg = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'/>";
  for (const address of [svg, "data:text/html,<script>1</script>", "https://evil.example/x.png", "javascript:1"]) {
    await icon.follow(address);
  }
  expect(icons).toEqual([svg, undefined, undefined, undefined]);
  expect(asked).toEqual([]);
});

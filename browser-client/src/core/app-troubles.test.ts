import { createFakeClock } from "@culvert/protocol/testing";
import { expect, it } from "vitest";
import { type FakePort, fakePort } from "../../test/fake-port.ts";
import { testLog } from "../../test/test-log.ts";
import type { CoreToPage } from "../ports/page-port.ts";
import type { ToServiceWorker } from "../ports/service-port.ts";
import type { AppTrouble } from "../ports/trouble.ts";
import { AppGateway } from "./app-gateway.ts";
import { AppSignIn } from "./app-sign-in.ts";
import { ServiceCookies } from "./cookie-jar.ts";

function messagePort<Outgoing>(): FakePort<Outgoing> & MessagePort {
  return Object.assign(fakePort<Outgoing>(), { addEventListener() {} }) as unknown as FakePort<Outgoing> & MessagePort;
}

function openPage() {
  const troubles: AppTrouble[] = [];
  const gateway = new AppGateway(
    {
      appOrigin: "http://shop.culvert.localhost",
      clock: createFakeClock(),
      cookies: new ServiceCookies("shop.culvert.localhost"),
      identity: { userAgent: "", languages: [] },
      log: testLog(),
      loopbackPort: () => undefined,
      signIn: new AppSignIn({ clock: createFakeClock(), onQuestions: () => {}, onUnsupported: () => {} }),
      openStream: () => Promise.reject(new Error("no streams in this test")),
      onAnswer: () => {},
    },
    { bootId: "boot", dashboardOrigin: "http://d", appViewUrl: "http://d/a", serviceName: "shop" },
    { onIcon: () => {}, onWorker: () => {}, onLocation: () => {}, onTrouble: (trouble) => troubles.push(trouble) },
  );
  const worker = messagePort<ToServiceWorker>();
  gateway.addWorker(worker);
  const page = messagePort<CoreToPage>();
  worker.say({ type: "open-page", clientId: "client", url: "http://shop.culvert.localhost/", port: page });
  return { page, troubles };
}

const trouble = (detail: string) => ({ type: "trouble", trouble: { kind: "sync-request", detail } });

it("tells each trouble of a document once, and no more than 64", () => {
  const { page, troubles } = openPage();
  for (let round = 0; round < 2; round += 1) for (let n = 0; n < 100; n += 1) page.say(trouble(`/${n}`));
  expect(troubles).toHaveLength(64);
  expect(troubles[0]).toEqual({ kind: "sync-request", detail: "/0" });
});

it("drops a document whose trouble is longer than any", () => {
  const { page, troubles } = openPage();
  page.say(trouble("x".repeat(513)));
  expect([page.closed, troubles]).toEqual([true, []]);
});

it("gives a worker of a document a page port of its own", () => {
  const { page } = openPage();
  const worker = messagePort<CoreToPage>();
  page.say({ type: "open-page", url: "http://shop.culvert.localhost/worker.js", port: worker });
  expect(worker.posted[0]).toEqual({ type: "page-ready" });
});

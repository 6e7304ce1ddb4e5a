import { describe, expect, it } from "vitest";
import { type CookieChange, ServiceCookies } from "./cookie-jar.ts";
import { type ChangeChannel, CookieSync, type CookieTable } from "./cookie-storage.ts";

const name = { accountId: "ada", serverId: "laptop", serviceName: "shop" };

function memoryTable(): CookieTable {
  const jars = new Map<string, Map<string, CookieChange>>();
  return {
    async load(jar) {
      return [...(jars.get(jar)?.values() ?? [])];
    },
    async store(jar, changes) {
      const rows = jars.get(jar) ?? new Map<string, CookieChange>();
      jars.set(jar, rows);
      for (const change of changes) {
        const key = `${change.path}\0${change.name}`;
        if (change.cookie === undefined) rows.delete(key);
        else rows.set(key, structuredClone(change));
      }
    },
  };
}

function memoryHub(): (channelName: string) => ChangeChannel {
  const members = new Map<ChangeChannel, string>();
  return (channelName) => {
    const channel: ChangeChannel = {
      onmessage: null,
      postMessage(message) {
        for (const [member, memberName] of members) {
          if (member !== channel && memberName === channelName) {
            member.onmessage?.({ data: structuredClone(message) } as MessageEvent);
          }
        }
      },
      close() {
        members.delete(channel);
      },
    };
    members.set(channel, channelName);
    return channel;
  };
}

describe("CookieSync", () => {
  it("brings cookies back after a restart, HttpOnly ones too", async () => {
    const table = memoryTable();
    const before = new ServiceCookies("app.localhost");
    const sync = await CookieSync.start(name, before, () => {}, table, memoryHub());
    before.takeResponse(["id=1; HttpOnly; Path=/", "gone=1; Path=/"], "/");
    before.takeResponse(["gone=; Max-Age=0; Path=/"], "/");
    await sync.stored;
    sync.close();
    const after = new ServiceCookies("app.localhost");
    await CookieSync.start(name, after, () => {}, table, memoryHub());
    expect(after.headerFor("/", "strict")).toBe("id=1");
    expect(after.documentCookies("/")).toBe("");
  });

  it("keeps accounts, servers and services apart", async () => {
    const table = memoryTable();
    const mine = new ServiceCookies("app.localhost");
    const sync = await CookieSync.start(name, mine, () => {}, table, memoryHub());
    mine.takeResponse(["id=1; Path=/"], "/");
    await sync.stored;
    for (const other of [
      { ...name, accountId: "bob" },
      { ...name, serverId: "desk" },
      { ...name, serviceName: "wiki" },
    ]) {
      const cookies = new ServiceCookies("app.localhost");
      await CookieSync.start(other, cookies, () => {}, table, memoryHub());
      expect(cookies.headerFor("/", "strict")).toBe("");
    }
  });

  it("tells other tabs, and says there that something changed", async () => {
    const hub = memoryHub();
    const one = new ServiceCookies("app.localhost");
    const other = new ServiceCookies("app.localhost");
    let foreignChanges = 0;
    await CookieSync.start(name, one, () => {}, memoryTable(), hub);
    await CookieSync.start(name, other, () => (foreignChanges += 1), memoryTable(), hub);
    one.takeScript("theme=dark; path=/", "/");
    expect(other.documentCookies("/")).toBe("theme=dark");
    expect(foreignChanges).toBe(1);
  });

  it("works without storage for as long as the page lives", async () => {
    const blocked: CookieTable = {
      load: () => Promise.reject(new Error("blocked")),
      store: () => Promise.reject(new Error("blocked")),
    };
    const cookies = new ServiceCookies("app.localhost");
    const sync = await CookieSync.start(name, cookies, () => {}, blocked, memoryHub());
    cookies.takeResponse(["id=1; Path=/"], "/");
    await sync.stored;
    expect(cookies.headerFor("/", "strict")).toBe("id=1");
  });
});

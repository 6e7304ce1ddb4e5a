/**
 * Where cookie jars outlive the page: IndexedDB on the dashboard origin, and a BroadcastChannel between its tabs.
 * Session cookies are kept like the others, since every reload of an App View is a new core; browsers that restore
 * their windows do the same.
 */
import type { CookieChange, ServiceCookies, StoredCookie } from "./cookie-jar.ts";
import { completionOf, openDatabase, resultOf } from "./database.ts";

/** What names a jar: nobody else's app, server or account shares it. */
export interface JarName {
  readonly accountId: string;
  readonly serverId: string;
  readonly serviceName: string;
}

/** Rows of one jar, kept. */
export interface CookieTable {
  load(jar: string): Promise<readonly CookieChange[]>;
  store(jar: string, changes: readonly CookieChange[]): Promise<void>;
}

/** What spreads changes between tabs: a BroadcastChannel. */
export interface ChangeChannel {
  postMessage(message: unknown): void;
  onmessage: ((event: MessageEvent) => void) | null;
  close(): void;
}

/** Fills a jar from storage and keeps storage and other tabs in step with it until `close`. */
export class CookieSync {
  readonly #channel: ChangeChannel;
  readonly #stop: () => void;
  /** Resolves when everything so far is stored. */
  stored: Promise<void> = Promise.resolve();

  private constructor(jar: string, cookies: ServiceCookies, table: CookieTable, parts: SyncParts) {
    this.#channel = parts.channel;
    this.#channel.onmessage = (event: MessageEvent<readonly CookieChange[]>) => {
      cookies.apply(event.data);
      parts.onForeignChange();
    };
    this.#stop = cookies.onChange((changes) => {
      this.#channel.postMessage(changes);
      // A full or blocked disk loses persistence, not the session: the jar in memory stays right.
      this.stored = this.stored.then(() => table.store(jar, changes)).catch(() => {});
    });
  }

  /** Loads what is stored, then follows. A blocked database leaves a jar that lives as long as the page. */
  static async start(
    name: JarName,
    cookies: ServiceCookies,
    onForeignChange: () => void,
    table: CookieTable = indexedDbTable,
    openChannel: (name: string) => ChangeChannel = (channelName) => new BroadcastChannel(channelName),
  ): Promise<CookieSync> {
    const jar = JSON.stringify([name.accountId, name.serverId, name.serviceName]);
    const sync = new CookieSync(jar, cookies, table, {
      channel: openChannel(`culvert-cookies:${jar}`),
      onForeignChange,
    });
    const stored = await table.load(jar).catch(() => []);
    cookies.apply(stored);
    return sync;
  }

  close(): void {
    this.#stop();
    this.#channel.onmessage = null;
    this.#channel.close();
  }
}

interface SyncParts {
  readonly channel: ChangeChannel;
  readonly onForeignChange: () => void;
}

interface CookieRow {
  readonly jar: string;
  readonly path: string;
  readonly name: string;
  readonly cookie: StoredCookie;
}

const indexedDbTable: CookieTable = {
  async load(jar) {
    const database = await openDatabase();
    try {
      const index = database.transaction("cookies").objectStore("cookies").index("jar");
      const rows = (await resultOf(index.getAll(jar))) as CookieRow[];
      return rows.map(({ name, path, cookie }) => ({ name, path, cookie }));
    } finally {
      database.close();
    }
  },
  async store(jar, changes) {
    const database = await openDatabase();
    try {
      const transaction = database.transaction("cookies", "readwrite");
      const table = transaction.objectStore("cookies");
      for (const { name, path, cookie } of changes) {
        if (cookie === undefined) table.delete([jar, path, name]);
        else table.put({ jar, path, name, cookie } satisfies CookieRow);
      }
      await completionOf(transaction);
    } finally {
      database.close();
    }
  },
};

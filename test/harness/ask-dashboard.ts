/** The API as the dashboard's own page asks it, with the proof of its key where the layout needs one. */
import type { Page } from "playwright-core";

/** What came back. */
export interface DashboardAnswer {
  readonly status: number;
  /** The body where it is JSON. */
  readonly json: unknown;
}

/** Asks from a page of the dashboard, as who is signed in there. */
export async function askDashboard(page: Page, path: string): Promise<DashboardAnswer> {
  return page.evaluate(askInPage, path);
}

/** Runs in the page and stands alone: the key is used where it is kept, as the page's own script does. */
async function askInPage(path: string): Promise<DashboardAnswer> {
  const mark = document.querySelector<HTMLMetaElement>('meta[name="culvert-challenge"]')?.content ?? "";
  const base64url = (bytes: Uint8Array): string =>
    btoa(String.fromCharCode(...bytes))
      .replaceAll("+", "-")
      .replaceAll("/", "_")
      .replaceAll("=", "");
  const encoded = (value: object): string => base64url(new TextEncoder().encode(JSON.stringify(value)));
  const settled = <Result>(request: IDBRequest<Result>): Promise<Result> =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const prove = async (): Promise<Record<string, string>> => {
    const database = await settled(indexedDB.open("culvert-sign-in", 1));
    const keys = await settled<CryptoKeyPair>(database.transaction("keys").objectStore("keys").get("browser"));
    database.close();
    const { crv, kty, x, y } = await crypto.subtle.exportKey("jwk", keys.publicKey);
    const { challenge } = await (await fetch("/api/auth/challenge")).json();
    const header = { alg: "ES256", typ: "culvert-key+jwt", jwk: { crv, kty, x, y } };
    const input = `${encoded(header)}.${encoded({ aud: location.origin, nonce: challenge })}`;
    const algorithm = { name: "ECDSA", hash: "SHA-256" };
    const signature = await crypto.subtle.sign(algorithm, keys.privateKey, new TextEncoder().encode(input));
    const answer = await fetch("/api/auth/proofs", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ signed: `${input}.${base64url(new Uint8Array(signature))}` }),
    });
    return { "x-culvert-proof": (await answer.json()).proof };
  };
  const headers = mark === "" ? {} : await prove();
  const answer = await fetch(path, { headers });
  return { status: answer.status, json: await answer.json().catch(() => undefined) };
}

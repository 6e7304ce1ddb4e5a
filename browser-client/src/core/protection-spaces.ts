/**
 * What a person signed in with, by realm (RFC 7617 §2.2). Invariant: it is kept in memory alone and is sent where a
 * challenge of its realm stood: at that folder and below, and wherever the same realm is asked for again.
 */
import { toByteString } from "../ports/byte-string.ts";

interface Space {
  readonly authorization: string;
  /** Folders, each with a slash at its end. */
  readonly folders: Set<string>;
}

export class ProtectionSpaces {
  readonly #spaces = new Map<string, Space>();

  /** Value of Authorization for a path without being asked; undefined where it lies in no known space. */
  authorizationFor(path: string): string | undefined {
    const found = [...this.#spaces.values()].flatMap(({ authorization, folders }) =>
      [...folders].filter((folder) => path.startsWith(folder)).map((folder) => ({ authorization, folder })),
    );
    return found.toSorted((one, other) => other.folder.length - one.folder.length)[0]?.authorization;
  }

  /** What is known of a realm that asks at `path`, which belongs to it from now on. */
  ofRealm(realm: string, path: string): string | undefined {
    const space = this.#spaces.get(realm);
    space?.folders.add(folderOf(path));
    return space?.authorization;
  }

  /** Keeps it, in place of what was there. */
  keep(realm: string, path: string, authorization: string): void {
    const folders = this.#spaces.get(realm)?.folders ?? new Set();
    this.#spaces.set(realm, { authorization, folders: folders.add(folderOf(path)) });
  }

  /** The app refused it. What took its place meanwhile stays. */
  forget(realm: string, authorization: string): void {
    if (this.#spaces.get(realm)?.authorization === authorization) this.#spaces.delete(realm);
  }

  /** Forgets all (Clear-Site-Data: "cookies" takes it along). */
  clear(): void {
    this.#spaces.clear();
  }
}

/** Value of Authorization (RFC 7617 §2), in UTF-8 as browsers send it. */
export function basicAuthorization(userName: string, password: string): string {
  return `Basic ${btoa(toByteString(`${userName}:${password}`))}`;
}

/** The path up to its last slash, without the query. */
function folderOf(path: string): string {
  const [name = "/"] = path.split("?", 1);
  return name.slice(0, name.lastIndexOf("/") + 1) || "/";
}

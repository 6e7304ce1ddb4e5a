/**
 * The rooms of the repository and what code in each may import: docs/architecture.md as data. A file belongs to the
 * first room whose place its path begins with.
 */

/** One place and what its files may import, beside files of the same room and of rooms named here. */
export interface Room {
  /** Folder (ending in `/`) or file, from the repository's root. */
  readonly place: string;
  /** Places of the repository, written as paths; a package as a whole by its folder. */
  readonly mayImport: readonly string[];
  /** Packages of others; `node:` stands for all of Node's modules. */
  readonly mayUse: readonly string[];
  readonly because: string;
}

const words = ["protocol/src/limits.ts", "protocol/src/codes.ts", "protocol/src/errors.ts"] as const;
const codeSchema = "protocol/src/code-schema.ts";
const ports = "browser-client/src/ports/";
const httpCache = "browser-client/src/http-cache/";

export const rooms: readonly Room[] = [
  { place: "protocol/src/limits.ts", mayImport: [], mayUse: [], because: "numbers depend on nothing" },
  { place: "protocol/src/codes.ts", mayImport: [], mayUse: [], because: "codes depend on nothing" },
  {
    place: "protocol/src/errors.ts",
    mayImport: ["protocol/src/codes.ts"],
    mayUse: [],
    because: "an error carries a code and nothing else of ours",
  },
  {
    place: codeSchema,
    mayImport: ["protocol/src/codes.ts"],
    mayUse: ["zod"],
    because: "rooms that check what a peer sent check its codes alike",
  },
  {
    place: "protocol/src/wire/",
    mayImport: words,
    mayUse: ["msgpackr", "zod"],
    because: "bytes and frames are stateless, and know neither streams nor platforms",
  },
  {
    place: "protocol/src/seal/noble.ts",
    mayImport: ["protocol/src/seal/"],
    mayUse: ["@noble/ciphers", "@noble/curves", "@noble/hashes"],
    because: "one set of primitives for platforms without their own; the rest of seal is passed its primitives",
  },
  {
    place: "protocol/src/seal/",
    mayImport: words,
    mayUse: [],
    because: "sealing is platform-free: primitives and keys are passed in",
  },
  {
    place: "protocol/src/tunnel/",
    mayImport: [...words, "protocol/src/wire/"],
    mayUse: [],
    because: "the state machine is told bytes and time; a platform, a promise or a socket would make it untestable",
  },
  {
    place: "protocol/src/signaling/",
    mayImport: [...words, codeSchema, "protocol/src/wire/utf8.ts"],
    mayUse: ["zod"],
    because: "schemas are shared with servers and pages that know nothing of tunnels",
  },
  {
    place: "protocol/src/fingerprint/",
    mayImport: ["protocol/src/wire/utf8.ts"],
    mayUse: ["@scure/bip39"],
    because: "keys as words: bytes in, words out; the list of words is a kept one",
  },
  {
    place: "protocol/src/http/",
    mayImport: [...words, codeSchema, "protocol/src/wire/", "protocol/src/endpoint/"],
    mayUse: ["zod"],
    because: "heads and records are carried on streams, and only streams",
  },
  {
    place: "protocol/src/endpoint/",
    mayImport: [
      ...words,
      codeSchema,
      "protocol/src/wire/",
      "protocol/src/seal/",
      "protocol/src/tunnel/",
      "protocol/src/signaling/",
    ],
    mayUse: ["zod"],
    because: "the only async code: it joins the tunnel, sealing and paths, and does not know what streams carry",
  },
  {
    place: "protocol/src/testing/",
    mayImport: ["protocol/src/"],
    mayUse: ["vitest", "fast-check"],
    because: "memory paths and clocks stand in for the world; programs never import them",
  },
  { place: "protocol/src/index.ts", mayImport: words, mayUse: [], because: "the package's front door: words only" },
  {
    place: "protocol/conformance/",
    mayImport: ["protocol/"],
    mayUse: ["node:", "commander", "ws"],
    because: "a kit for strangers' peers knows the protocol and nothing else of ours: no agent, no viewer",
  },
  {
    place: "protocol/test/",
    mayImport: ["protocol/"],
    mayUse: ["vitest", "fast-check", "node:", "zod"],
    because: "tests of the specification read files",
  },

  {
    place: "signaling/",
    mayImport: ["protocol/"],
    mayUse: ["*"],
    because: "the server routes sealed bytes; it must not know agents or viewers",
  },
  ...["terminal/src/link/", "terminal/src/names/"].map((place) => ({
    place,
    mayImport: ["terminal/src/limits.ts"],
    mayUse: ["zod"],
    because: "page and agent read these alike: no platform, no I/O",
  })),
  {
    place: "terminal/src/page/",
    mayImport: ["terminal/src/link/", "terminal/src/names/", "terminal/src/limits.ts"],
    mayUse: [
      "zod",
      "@xterm/xterm",
      "@xterm/addon-fit",
      "@fontsource-variable/inter",
      "@fontsource-variable/jetbrains-mono",
    ],
    because: "the page reaches sessions over HTTP; it has no part of what runs them",
  },
  {
    place: "terminal/",
    mayImport: ["protocol/"],
    mayUse: ["*"],
    because: "terminals are a service like any other: they know heads and records, and no agent",
  },
  {
    place: "peer-agent/",
    mayImport: ["protocol/", "terminal/"],
    mayUse: ["*"],
    because: "the agent speaks the protocol to any server and any viewer",
  },

  {
    place: ports,
    mayImport: ["protocol/"],
    mayUse: ["zod"],
    because: "messages between realms of different trust: both sides read them, neither side's code is in them",
  },
  ...["service-worker/", "shim/", "courier/", "boot/"].map((folder) => ({
    place: `browser-client/src/${folder}`,
    mayImport: [ports, "protocol/", ...furtherRooms(folder)],
    mayUse: ["zod"],
    because: "code on an app's origin is as trusted as the app: it knows ports, never keys, tunnels or the dashboard",
  })),
  {
    place: httpCache,
    mayImport: [],
    mayUse: ["http-cache-semantics"],
    because: "a cache knows requests, answers and the browser's storage, and nothing of ports, cores or documents",
  },
  {
    place: "browser-client/src/core/",
    mayImport: [
      ports,
      "browser-client/src/webrtc/",
      "browser-client/src/app-view-api.ts",
      "browser-client/src/inspector-api.ts",
      "protocol/",
    ],
    mayUse: ["zod", "tough-cookie", "eventsource-parser"],
    because: "the core runs in a worker: it has no document, and the page reaches it by messages",
  },
  {
    place: "browser-client/src/webrtc/",
    mayImport: ["protocol/"],
    mayUse: ["simple-peer"],
    because: "a data channel as a path is of use to any viewer",
  },
  {
    place: "browser-client/",
    mayImport: ["browser-client/", "protocol/"],
    mayUse: ["*"],
    because: "the viewer in a browser speaks the protocol to any agent",
  },
  {
    place: "dashboard/",
    mayImport: ["browser-client/", "protocol/"],
    mayUse: ["*"],
    because: "pages use the browser client and the API's schemas; everything else is behind HTTP",
  },
  {
    place: "examples/",
    mayImport: ["peer-agent/", "terminal/"],
    mayUse: ["node:"],
    because: "a sample is what a stranger can write: the package's front door and nothing else",
  },
  { place: "test/apps/", mayImport: [], mayUse: ["*"], because: "a sample app knows nothing of Culvert" },
  {
    place: "test/",
    mayImport: [
      "protocol/",
      "signaling/",
      "terminal/",
      "peer-agent/",
      "browser-client/",
      "dashboard/",
      "deploy/",
      "examples/",
      "test/",
    ],
    mayUse: ["*"],
    because: "tests look at everything",
  },
  {
    place: "deploy/",
    mayImport: [],
    mayUse: ["node:"],
    because: "it starts the programs as processes, and prepares before anything is installed",
  },
];

/** The room of a file, undefined for files of the repository's root. */
export function roomOf(path: string): Room | undefined {
  return rooms.find(({ place }) => path.startsWith(place));
}

/**
 * The boot document registers the worker just as the courier does; every page clears its storage as the courier does. The
 * worker answers from the cache.
 */
function furtherRooms(folder: string): readonly string[] {
  if (folder === "service-worker/") return [httpCache];
  if (folder === "boot/") return ["browser-client/src/courier/"];
  return folder === "shim/" ? ["browser-client/src/courier/clear-storage.ts"] : [];
}

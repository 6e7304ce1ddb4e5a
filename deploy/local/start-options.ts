/** What `npm start` may be told, and its answer to words that it does not know. */
import { resolve } from "node:path";
import { parseArgs } from "node:util";

/** The command line, checked. */
export interface StartOptions {
  /** The user's own app; undefined: the bundled showcase. */
  readonly appPort: number | undefined;
  /** Where the dashboard listens; the next free port where this one is taken. */
  readonly port: number;
  readonly dataFolder: string;
  /** `4100-4199`: apps get ports of `localhost`, for browsers that know no names below it. */
  readonly appPorts: string | undefined;
  readonly webrtc: (typeof webrtcChoices)[number];
}

const webrtcChoices = ["auto", "werift", "native"] as const;

export const usage = `Usage: npm start [-- [app port] [options]]

Opens the showcase, or your own app on a port of this machine, through Culvert.

  npm start                  the bundled showcase
  npm start -- 3000          your app on 127.0.0.1:3000
  --port <number>            port of the dashboard (default 4000, or the next free one)
  --app-ports <first-last>   apps at ports of localhost, as 4100-4199, for browsers without names below it (Safari)
  --data <folder>            where account, keys and enrolment live (default ./.culvert)
  --webrtc <library>         ${webrtcChoices.join(", ")} (default auto: native where it loads)
  --help                     this text`;

/** Reads the words after `npm start --`. Throws an Error in words for the user; "help" asks for the usage. */
export function parseStartOptions(words: readonly string[]): StartOptions | "help" {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      port: { type: "string", default: "4000" },
      "app-ports": { type: "string" },
      data: { type: "string", default: ".culvert" },
      webrtc: { type: "string", default: "auto" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return "help";
  const [appPort, ...surplus] = positionals;
  if (surplus.length > 0) throw new Error(`One app at a time: "${surplus.join(" ")}" is too much.`);
  const webrtc = webrtcChoices.find((choice) => choice === values.webrtc);
  if (webrtc === undefined) throw new Error(`"${values.webrtc}" is none of ${webrtcChoices.join(", ")}.`);
  return {
    appPort: appPort === undefined ? undefined : portOf(appPort),
    port: portOf(values.port),
    dataFolder: resolve(values.data),
    appPorts: values["app-ports"],
    webrtc,
  };
}

function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) throw new Error(`"${text}" is no port: a number from 1 to 65535 belongs there.`);
  return port;
}

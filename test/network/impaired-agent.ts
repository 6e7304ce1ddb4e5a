/**
 * A child process: the agent as `culvert connect` runs it, but behind an impaired link. Every way of the agent's data
 * channels leads through the link; its socket to signaling is as usual. SIGUSR2 closes the channels that are open.
 *
 * Arguments, all by name: --port, --server, --data, --label, --name, --webrtc, --link, --code for the first run, --policy,
 * --terminal and --tmux as the command has them.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import {
  createAgent,
  createWebRtcLibrary,
  type Enrolment,
  type LibraryChoice,
  loadEnrolment,
  loadIdentity,
  redeemEnrolment,
  storeEnrolment,
} from "@culvert/peer-agent";
import type { RelayPolicy } from "@culvert/protocol/signaling";
import { createTerminalService } from "@culvert/terminal";
import { shapeHeap } from "../../peer-agent/src/cli/heap-shape.ts";
import { impaired } from "./impaired-library.ts";

const text = { type: "string" } as const;
const { values } = parseArgs({
  options: {
    port: text,
    server: text,
    data: text,
    label: text,
    name: text,
    webrtc: text,
    link: text,
    code: text,
    policy: text,
    terminal: { type: "boolean" },
    tmux: text,
  },
});

shapeHeap();
const label = required("label");
const identity = await loadIdentity(required("data"));
const enrolment = await enrolmentHere();
const library = await createWebRtcLibrary(required("webrtc") as LibraryChoice);
const impairedLibrary = impaired(library, { linkUrl: required("link") });
const relayPolicy = values.policy === undefined ? {} : { relayPolicy: values.policy as RelayPolicy };
const folder = join(required("data"), "terminals");
const terminal = values.terminal ? await createTerminalService({ folder, tmuxSocket: values.tmux }) : undefined;
const agent = createAgent({
  identity,
  enrolment,
  services: [
    { name: required("name"), port: Number(required("port")), ...relayPolicy },
    ...(terminal === undefined ? [] : [{ name: "terminal", target: { type: "handler" as const, ...terminal } }]),
  ],
  library: impairedLibrary,
  onEvent(event) {
    if (event.type === "link" && event.state.type === "online") console.log(`${label} is online.`);
    if (event.type !== "link") console.log(JSON.stringify(event));
  },
});
await agent.start();
process.once("SIGTERM", () => void agent.stop().then(() => terminal?.close()));
process.on("SIGUSR2", () => void impairedLibrary.closeConnections());

async function enrolmentHere(): Promise<Enrolment> {
  if (values.code === undefined) {
    const stored = await loadEnrolment(required("data"));
    if (stored === undefined) throw new Error("not enrolled: give --code");
    return stored;
  }
  const redeemed = await redeemEnrolment({
    serverUrl: required("server"),
    enrolmentCode: values.code,
    label,
    identity,
  });
  await storeEnrolment(required("data"), redeemed);
  return redeemed;
}

function required(name: Exclude<keyof typeof values, "terminal">): string {
  const value = values[name];
  if (value === undefined) throw new Error(`--${name} is missing`);
  return value;
}

/** The clock over server-sent events, and the echo over a WebSocket. */
import { byId, show, showState, svg } from "./dom.js";

const kept = 60;
const chartHeight = 40;

const cpuShares = [];
let events = 0;
const clock = new EventSource("/api/clock");
clock.addEventListener("open", () => showState("clock-dot", "clock-state", true, "open"));
clock.addEventListener("error", () => showState("clock-dot", "clock-state", false, "reconnecting"));
clock.addEventListener("tick", (event) => {
  const { timeMs, memoryBytes, cpuShare } = JSON.parse(event.data);
  events += 1;
  show("time", new Date(timeMs).toLocaleTimeString("en-GB"));
  show("events", events);
  show("cpu-now", `CPU ${(cpuShare * 100).toFixed(1)} %`);
  show("memory-now", `Memory ${(memoryBytes / 1024 ** 2).toFixed(0)} MiB`);
  cpuShares.push(cpuShare);
  if (cpuShares.length > kept) cpuShares.shift();
  drawTrace(byId("cpu"), cpuShares);
});

function drawTrace(chart, values) {
  const top = Math.max(0.02, ...values) * 1.25;
  const first = kept - values.length;
  const points = values.map((value, index) => `${first + index},${(chartHeight * (1 - value / top)).toFixed(2)}`);
  chart.replaceChildren(
    svg("line", { class: "rule", x1: 0, x2: kept, y1: chartHeight, y2: chartHeight }),
    svg("polygon", { class: "area", points: `${first},${chartHeight} ${points.join(" ")} ${kept - 1},${chartHeight}` }),
    svg("polyline", { class: "trace", points: points.join(" ") }),
  );
}

const echoes = [];
const counts = { text: 0, binary: 0 };
const binary = crypto.getRandomValues(new Uint8Array(16 * 1024));
const echo = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/echo`, "echo.v1");
echo.binaryType = "arraybuffer";
let pending;
echo.addEventListener("open", () => {
  showState("echo-dot", "echo-state", true, `open, ${echo.protocol}`);
  send("text");
});
echo.addEventListener("close", (event) => showState("echo-dot", "echo-state", false, `closed, code ${event.code}`));
echo.addEventListener("message", (event) => {
  const tookMs = performance.now() - pending.startMs;
  const { kind } = pending;
  if (!isSame(event.data, pending.sent)) {
    show("verdict", "an echo came back changed");
    byId("verdict").className = "bad";
    return;
  }
  counts[kind] += 1;
  echoes.push({ kind, tookMs });
  if (echoes.length > kept) echoes.shift();
  show("round-trip", tookMs.toFixed(1));
  show("text-count", counts.text);
  show("binary-count", counts.binary);
  drawBars(byId("echoes"), echoes);
  setTimeout(send, 500, kind === "text" ? "binary" : "text");
});

function send(kind) {
  if (echo.readyState !== WebSocket.OPEN) return;
  const sent = kind === "text" ? `echo ${counts.text} – größer, 日本` : binary;
  pending = { kind, sent, startMs: performance.now() };
  echo.send(sent);
}

function isSame(received, sent) {
  if (typeof sent === "string") return received === sent;
  const bytes = new Uint8Array(received);
  return bytes.length === sent.length && bytes.every((byte, index) => byte === sent[index]);
}

function drawBars(chart, bars) {
  const top = Math.max(1, ...bars.map((bar) => bar.tookMs)) * 1.1;
  const first = kept - bars.length;
  const shapes = bars.map(({ kind, tookMs }, index) => {
    const height = (chartHeight * tookMs) / top;
    return svg("rect", { class: kind, x: first + index + 0.15, width: 0.7, y: chartHeight - height, height });
  });
  chart.replaceChildren(svg("line", { class: "rule", x1: 0, x2: kept, y1: chartHeight, y2: chartHeight }), ...shapes);
}

/** Asks the program what it sees, and how long a small request takes. */
import { median, show } from "./dom.js";

const requests = 21;

async function ask() {
  const response = await fetch("/api/facts");
  if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
  const facts = await response.json();
  show("address", facts.address);
  show("process", facts.process);
  show("up", inWords(facts.upSeconds));
  show("count", facts.requestCount.toLocaleString("en"));
  show("host", facts.request.headers.host);
  show("origin", location.origin);
  show("asked", `asked at ${new Date().toLocaleTimeString("en-GB")}`);
}

async function measure() {
  const times = [];
  for (let index = 0; index < requests; index += 1) {
    const startMs = performance.now();
    await (await fetch("/api/me")).json();
    times.push(performance.now() - startMs);
  }
  show("latency", `${median(times).toFixed(1)} ms, median of ${requests}`);
}

function inWords(seconds) {
  if (seconds < 60) return `${seconds} s`;
  return seconds < 3600 ? `${Math.floor(seconds / 60)} min ${seconds % 60} s` : `${(seconds / 3600).toFixed(1)} h`;
}

try {
  await ask();
  await measure();
} catch (error) {
  show("asked", `no answer: ${error.message}`);
}

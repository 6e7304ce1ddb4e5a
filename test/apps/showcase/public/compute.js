/** Paints the rows that the worker makes; a click asks it for a closer view. */
import { byId, show } from "./dom.js";

const whole = { x: -0.6, y: 0, width: 3.9 };
const canvas = byId("canvas");
const paper = canvas.getContext("2d");
const worker = new Worker("/assets/compute-worker.js", { type: "module" });
let view = whole;
let task = 0;
let startMs = 0;

function draw(next) {
  view = next;
  task += 1;
  startMs = performance.now();
  worker.postMessage({ task, view, width: canvas.width, height: canvas.height });
}

worker.addEventListener("message", ({ data }) => {
  if (data.task !== task) return;
  paper.putImageData(new ImageData(data.pixels, canvas.width), 0, data.row);
  const zoom = `${(whole.width / view.width).toLocaleString("en", { maximumFractionDigits: 0 })}×`;
  show("state", data.isLast ? `${zoom}, drawn in ${((performance.now() - startMs) / 1000).toFixed(1)} s` : `${zoom} …`);
});
worker.addEventListener("error", (event) => show("state", `The worker failed: ${event.message}`));

canvas.addEventListener("click", (event) => {
  const frame = canvas.getBoundingClientRect();
  const height = (view.width * canvas.height) / canvas.width;
  draw({
    x: view.x + ((event.clientX - frame.left) / frame.width - 0.5) * view.width,
    y: view.y + ((event.clientY - frame.top) / frame.height - 0.5) * height,
    width: view.width / 4,
  });
});
byId("reset").addEventListener("click", () => draw(whole));
draw(whole);

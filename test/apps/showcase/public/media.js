/** The player's jumps, and the gallery. */
import { byId, show } from "./dom.js";

const drawings = 12;
const player = byId("player");

function clock(seconds) {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
}

function showPosition() {
  show("position", `${clock(player.currentTime)} / ${clock(player.duration || 60)}`);
}

for (const type of ["timeupdate", "seeked", "loadedmetadata"]) player.addEventListener(type, showPosition);
for (const button of document.querySelectorAll("[data-seconds]")) {
  button.addEventListener("click", () => {
    player.currentTime = Number(button.dataset.seconds);
  });
}

for (let number = 0; number < drawings; number += 1) {
  const image = new Image();
  image.src = `/gallery/${number}.svg`;
  image.alt = `Contours ${number}`;
  byId("gallery").append(image);
}

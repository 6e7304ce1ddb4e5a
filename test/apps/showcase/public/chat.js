/** The room: lines come and go over one WebSocket, which is opened again when it closes. */
import { byId, showState } from "./dom.js";

const retryMs = 1_000;
let ownName = "";
let socket;

function connect() {
  socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/chat`);
  socket.addEventListener("message", (event) => {
    const message = JSON.parse(event.data);
    if (message.type === "welcome") {
      ownName = message.name;
      for (const line of message.lines) addLine(line);
    } else if (message.type === "people") {
      const people = message.count === 1 ? "only you are here" : `${message.count} people`;
      showState("dot", "state", true, `${ownName}, ${people}`);
    } else addLine(message);
  });
  socket.addEventListener("close", () => {
    showState("dot", "state", false, "reconnecting");
    byId("lines").replaceChildren();
    setTimeout(connect, retryMs);
  });
}

function addLine({ from, text, timeMs }) {
  const lines = byId("lines");
  lines.querySelector(".empty")?.remove();
  const line = document.createElement("div");
  line.className = from === ownName ? "line own" : "line";
  const time = document.createElement("time");
  time.textContent = new Date(timeMs).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  const words = document.createElement("div");
  const who = document.createElement("b");
  who.textContent = from;
  words.append(who, text);
  line.append(time, words);
  lines.append(line);
  lines.scrollTop = lines.scrollHeight;
}

byId("form").addEventListener("submit", (event) => {
  event.preventDefault();
  const input = byId("text");
  if (input.value.trim() === "" || socket.readyState !== WebSocket.OPEN) return;
  socket.send(input.value);
  input.value = "";
});
connect();

/** Uploads with progress and downloads, with the hashes of both ends side by side. */
import { byId, sha256, show, sizeInWords } from "./dom.js";

function rateInWords(bytes, startMs) {
  const seconds = Math.max(0.001, (performance.now() - startMs) / 1000);
  return `${(bytes / 1024 ** 2 / seconds).toFixed(1)} MiB/s`;
}

function showResult(id, text, className) {
  show(id, text);
  byId(id).className = className;
}

async function upload(blob, name) {
  const startMs = performance.now();
  showResult("upload-state", `Sending ${name}, ${sizeInWords(blob.size)}`, "quiet");
  show("upload-hash", "");
  try {
    const answer = await post(blob, (sentBytes) => {
      byId("upload-progress").value = blob.size === 0 ? 1 : sentBytes / blob.size;
      show("upload-rate", rateInWords(sentBytes, startMs));
    });
    show("upload-rate", rateInWords(answer.sizeBytes, startMs));
    const isSame = answer.sha256 === (await sha256(await blob.arrayBuffer()));
    show("upload-hash", answer.sha256);
    const verdict = isSame ? "The program received the same bytes" : "The program received other bytes";
    showResult("upload-state", `${verdict}: ${sizeInWords(answer.sizeBytes)}.`, isSame ? "good" : "bad");
  } catch (error) {
    showResult("upload-state", `The upload failed: ${error.message}`, "bad");
  }
}

function post(blob, onProgress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", "/api/uploads");
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => onProgress(event.loaded));
    request.addEventListener("load", () => {
      if (request.status === 200) resolve(request.response);
      else reject(new Error(`the program answered ${request.status}`));
    });
    request.addEventListener("error", () => reject(new Error("the connection broke")));
    request.send(blob);
  });
}

async function verify(sizeBytes) {
  const startMs = performance.now();
  showResult("download-state", `Reading ${sizeInWords(sizeBytes)}`, "quiet");
  show("download-hash", "");
  try {
    const wanted = await (await fetch(`/api/downloads/${sizeBytes}`)).json();
    const bytes = await readAll(`/download/${sizeBytes}`, sizeBytes, (receivedBytes) => {
      byId("download-progress").value = receivedBytes / sizeBytes;
      show("download-rate", rateInWords(receivedBytes, startMs));
    });
    const hash = await sha256(bytes);
    show("download-hash", hash);
    const isSame = hash === wanted.sha256;
    const verdict = isSame ? "Every byte is as the program made it" : "The bytes differ from those of the program";
    showResult("download-state", `${verdict}: ${sizeInWords(bytes.length)}.`, isSame ? "good" : "bad");
  } catch (error) {
    const received = sizeInWords(Math.round(byId("download-progress").value * sizeBytes));
    showResult("download-state", `The download broke off after ${received}: ${error.message}`, "bad");
  }
}

async function readAll(path, sizeBytes, onProgress) {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`the program answered ${response.status}`);
  const bytes = new Uint8Array(sizeBytes);
  let receivedBytes = 0;
  for await (const chunk of response.body) {
    bytes.set(chunk, receivedBytes);
    receivedBytes += chunk.length;
    onProgress(receivedBytes);
  }
  return bytes.subarray(0, receivedBytes);
}

const drop = byId("drop");
byId("file").addEventListener("change", (event) => {
  const [file] = event.target.files;
  if (file !== undefined) upload(file, file.name);
});
for (const type of ["dragover", "dragleave", "drop"]) {
  drop.addEventListener(type, (event) => {
    event.preventDefault();
    drop.classList.toggle("over", type === "dragover");
    const file = event.dataTransfer?.files[0];
    if (type === "drop" && file !== undefined) upload(file, file.name);
  });
}
byId("sample").addEventListener("click", () => {
  const parts = Array.from({ length: 160 }, () => crypto.getRandomValues(new Uint8Array(64 * 1024)));
  upload(new Blob(parts), "random bytes");
});
byId("verify").addEventListener("click", (event) => verify(Number(event.target.dataset.bytes)));

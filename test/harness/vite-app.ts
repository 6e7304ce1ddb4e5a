/**
 * A stranger's app: what Vite's React template makes, on Vite's own dev server, without a word of ours.
 * It lies in a fresh folder under .build/, so that it resolves the repository's packages and no network is needed.
 * (Vite does not watch folders called test-results.)
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { join } from "node:path";
import { Program } from "../../deploy/local/program.ts";
import { root } from "../architecture/sources.ts";

const startMs = 60_000;

const files: Readonly<Record<string, string>> = {
  "package.json": `{ "name": "stranger", "private": true, "version": "0.0.0", "type": "module" }\n`,
  "vite.config.js": `import { defineConfig } from 'vite'
import react from '@vitejs/plugin-react'

// https://vite.dev/config/
export default defineConfig({
  plugins: [react()],
})
`,
  "index.html": `<!doctype html>
<html lang="en">
  <head>
    <meta charset="UTF-8" />
    <link rel="icon" type="image/svg+xml" href="/vite.svg" />
    <meta name="viewport" content="width=device-width, initial-scale=1.0" />
    <title>Vite + React</title>
  </head>
  <body>
    <div id="root"></div>
    <script type="module" src="/src/main.jsx"></script>
  </body>
</html>
`,
  "public/vite.svg": `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path d="M2 4h28L16 30z" fill="#646cff"/></svg>\n`,
  "src/main.jsx": `import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import './index.css'
import App from './App.jsx'

createRoot(document.getElementById('root')).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
`,
  "src/App.jsx": `import { useState } from 'react'
import viteLogo from '/vite.svg'

function App() {
  const [count, setCount] = useState(0)

  return (
    <>
      <img src={viteLogo} className="logo" alt="Vite logo" width="96" />
      <h1>Vite + React</h1>
      <button onClick={() => setCount((count) => count + 1)}>count is {count}</button>
    </>
  )
}

export default App
`,
  "src/index.css": `body { margin: 0; font-family: system-ui, sans-serif; display: grid; place-items: center; min-height: 100vh; }\n`,
};

/** A dev server that runs. */
export interface ViteApp {
  readonly port: number;
  /** Replaces text in a source file, as an editor would. Throws where the text is not there. */
  edit(file: string, from: string, to: string): void;
  /** Stops the server and removes the folder. */
  stop(): Promise<void>;
}

/** Writes the app and starts its dev server on a free port of 127.0.0.1. */
export async function startViteApp(): Promise<ViteApp> {
  mkdirSync(join(root, ".build"), { recursive: true });
  const folder = mkdtempSync(join(root, ".build", "vite-app-"));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const port = await freePort();
  const vite = join(root, "node_modules", "vite", "bin", "vite.js");
  const program = new Program({
    name: "vite",
    args: [vite, folder, "--host", "127.0.0.1", "--port", String(port), "--strictPort", "--clearScreen", "false"],
    env: { NO_COLOR: "1", FORCE_COLOR: "0" },
  });
  const stop = async (): Promise<void> => {
    await program.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await program.find((line) => (line.includes(`:${port}/`) ? line : undefined), AbortSignal.timeout(startMs));
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    port,
    edit: (file, from, to) => {
      const path = join(folder, file);
      const text = readFileSync(path, "utf8");
      if (!text.includes(from)) throw new Error(`${file} does not contain "${from}".`);
      writeFileSync(path, text.replace(from, to));
    },
    stop,
  };
}

/** A port that was free a moment ago: Vite takes a number, not a listening socket. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

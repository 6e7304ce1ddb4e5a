/** The apps, in the order of the table. They are a sample: nothing in the product knows any of them. */
import { codeServer } from "./code-server/code-server.ts";
import { jupyter } from "./jupyter/jupyter.ts";
import { opencode } from "./opencode/opencode.ts";
import type { RealApp } from "./real-app.ts";
import { viteReact } from "./vite-react/vite-react.ts";
import { wetty } from "./wetty/wetty.ts";

export const realApps: readonly RealApp[] = [codeServer, jupyter, viteReact, wetty, opencode];

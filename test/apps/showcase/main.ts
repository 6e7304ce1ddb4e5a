/** Runs the showcase: `node main.ts [port]`. Prints one line, its address; without a port it takes a free one. */
import { createShowcase } from "./showcase.ts";

const showcase = createShowcase();
const port = await showcase.listen(Number(process.argv[2] ?? 0));
console.log(`http://127.0.0.1:${port}`);
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void showcase.close());

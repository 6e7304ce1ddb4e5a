import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const shaped = `import { shapeHeap } from "${new URL("./heap-shape.ts", import.meta.url).href}"; shapeHeap();`;

/** Makes much that lives a while; the young generation's size, MiB, the largest that was seen. */
async function grownMiB(first: string): Promise<number> {
  const script = `
    import { getHeapSpaceStatistics } from "node:v8";
    ${first}
    let kept = [];
    let most = 0;
    for (let count = 0; count < 2_000_000; count += 1) {
      kept.push({ count, list: [count] });
      if (kept.length > 400_000) kept = kept.slice(200_000);
      if (count % 10_000 > 0) continue;
      const space = getHeapSpaceStatistics().find((each) => each.space_name === "new_space");
      most = Math.max(most, space.space_size / 2 ** 20);
    }
    console.log(most);`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script]);
  return Number(stdout);
}

// What fewer whole collections give other viewers is measured by `npm run bench -- --only attacks`.
test("the young generation stays small in a process that makes much garbage", async () => {
  const kept = await grownMiB(shaped);
  expect(kept).toBeGreaterThan(0);
  expect(kept).toBeLessThan(await grownMiB(""));
}, 60_000);

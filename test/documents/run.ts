/** `npm run docs:cli`: writes docs/cli.md from the program's own help and from sessions with the real programs. */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { configJsonSchema } from "../../peer-agent/src/config/config-json-schema.ts";
import { cliPage } from "./cli-page.ts";
import { tellStories } from "./cli-stories.ts";

const root = new URL("../../", import.meta.url);
writeFileSync(new URL("docs/cli.md", root), cliPage(await tellStories()));
writeFileSync(new URL("peer-agent/culvert.schema.json", root), `${JSON.stringify(configJsonSchema(), null, 2)}\n`);
// As the check of the sources wants JSON files.
const biome = fileURLToPath(new URL("node_modules/@biomejs/biome/bin/biome", root));
execFileSync(process.execPath, [biome, "format", "--write", "peer-agent/culvert.schema.json"], { cwd: root });

/** `npm run docs:cli`: writes docs/cli.md from the program's own help and from sessions with the real programs. */
import { writeFileSync } from "node:fs";
import { configJsonSchema } from "../../peer-agent/src/config/config-json-schema.ts";
import { cliPage } from "./cli-page.ts";
import { tellStories } from "./cli-stories.ts";

const root = new URL("../../", import.meta.url);
writeFileSync(new URL("docs/cli.md", root), cliPage(await tellStories()));
writeFileSync(new URL("peer-agent/culvert.schema.json", root), `${JSON.stringify(configJsonSchema(), null, 2)}\n`);

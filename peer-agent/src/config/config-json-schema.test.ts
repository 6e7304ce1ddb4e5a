import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { configJsonSchema } from "./config-json-schema.ts";

/** Written by `npm run docs:cli`. */
const published = new URL("../../culvert.schema.json", import.meta.url);

test("the schema that editors get is the one that the agent checks by", () => {
  expect(JSON.parse(readFileSync(published, "utf8"))).toEqual(JSON.parse(JSON.stringify(configJsonSchema())));
});

test("keys with a default may be left out, and unknown ones are marked", () => {
  expect(configJsonSchema()).toMatchObject({ required: ["services"], additionalProperties: false });
});

import { expect, it } from "vitest";
import { isPrologueKnown, isStrictScript } from "./strict-script.ts";

it.each([
  [`"use strict";\nlet a`, true],
  [`'use strict'\nlet a`, true],
  [`\uFEFF// a comment\n/* another\n */ "use asm"; "use strict"; x`, true],
  [`let a; "use strict"`, false],
  [`"use strict".length`, false],
  [`"use strict" + x`, false],
  [`"use\\x20strict"; x`, false],
  [`/* "use strict" */ x`, false],
  [``, false],
])("%j", (text, isStrict) => {
  expect(isStrictScript(text)).toBe(isStrict);
});

it.each([
  [`let a = 1`, true],
  [`"use strict"; x;`, true],
  [`/* half`, false],
  [`"use st`, false],
  [`"use strict";`, false],
  [`// only a comment`, false],
])("%j is known: %s", (text, isKnown) => {
  expect(isPrologueKnown(text)).toBe(isKnown);
});

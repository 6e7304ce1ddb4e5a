import { afterEach, expect, it } from "vitest";
import { type AddressBar, captureLinkCode, takeLinkCode } from "./one-time-link.ts";

function addressBar(pathname: string, hash: string): AddressBar & { readonly shown: string[] } {
  const shown: string[] = [];
  return {
    shown,
    location: { pathname, search: "", hash },
    history: { state: null, replaceState: (_state, _unused, url) => void shown.push(url) },
  };
}

afterEach(() => takeLinkCode());

it("takes the code out of the address at once", () => {
  const bar = addressBar("/sign-in", "#code=a%2Bb_c-1");
  expect(captureLinkCode(bar)).toBe(true);
  expect(bar.shown).toEqual(["/sign-in"]);
  expect(takeLinkCode()).toBe("a+b_c-1");
});

it("hands the code out once", () => {
  captureLinkCode(addressBar("/sign-in", "#code=abc"));
  takeLinkCode();
  expect(takeLinkCode()).toBeUndefined();
});

it.each([
  ["/sign-in", ""],
  ["/sign-in", "#code="],
  ["/sign-in", "#content"],
  ["/app-view/s/vite", "#/login?code=abc"],
  ["/app-view/s/vite", "#code=abc"],
])("leaves %s%s alone", (pathname, hash) => {
  const bar = addressBar(pathname, hash);
  expect(captureLinkCode(bar)).toBe(false);
  expect(bar.shown).toEqual([]);
  expect(takeLinkCode()).toBeUndefined();
});

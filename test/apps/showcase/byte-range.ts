/** Range requests for one representation: the header read as RFC 9110 §14.1.2 says, single ranges only. */

/** What a Range header asks for: everything, one run of bytes, or something that is not there. */
export type ByteRange =
  | { readonly type: "whole" }
  | { readonly type: "part"; readonly first: number; readonly last: number }
  | { readonly type: "unsatisfiable" };

/**
 * Reads a Range header against a representation of `sizeBytes`. Several ranges and other units may be ignored
 * (RFC 9110 §14.2), so they read as `whole`.
 */
export function readRange(header: string | undefined, sizeBytes: number): ByteRange {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? "");
  const [, from = "", to = ""] = match ?? [];
  if (match === null || (from === "" && to === "")) return { type: "whole" };
  if (from === "") {
    const suffixBytes = Math.min(Number(to), sizeBytes);
    return suffixBytes === 0
      ? { type: "unsatisfiable" }
      : { type: "part", first: sizeBytes - suffixBytes, last: sizeBytes - 1 };
  }
  const first = Number(from);
  const last = to === "" ? sizeBytes - 1 : Math.min(Number(to), sizeBytes - 1);
  if (to !== "" && Number(to) < first) return { type: "whole" };
  return first >= sizeBytes ? { type: "unsatisfiable" } : { type: "part", first, last };
}

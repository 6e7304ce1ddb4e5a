/**
 * Secrets that the environment gives: `CULVERT_X` itself, or the file that `CULVERT_X_FILE` names, as container platforms
 * mount them. Invariant: never a flag, because every user of a machine reads the flags of its processes.
 */
import { readFileSync } from "node:fs";
import { TunnelError } from "@culvert/protocol";

/** Variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The secret of a variable, without the line end that editors leave; undefined where neither is set or the text is empty.
 * Throws `invalid-request` where both are set or the file cannot be read.
 */
export function secretText(variable: string, environment: Environment): string | undefined {
  const direct = environment[variable];
  const file = environment[`${variable}_FILE`];
  if (direct !== undefined && direct !== "" && file !== undefined && file !== "") {
    throw new TunnelError("invalid-request", `${variable} and ${variable}_FILE are both set. Keep one of them.`);
  }
  if (file === undefined || file === "") return direct === "" ? undefined : direct;
  try {
    return readFileSync(file, "utf8").replace(/\r?\n$/, "") || undefined;
  } catch (cause) {
    throw new TunnelError("invalid-request", `The file ${file} that ${variable}_FILE names cannot be read.`, {
      cause,
      hint: "Check that it exists and that this process may read it.",
    });
  }
}

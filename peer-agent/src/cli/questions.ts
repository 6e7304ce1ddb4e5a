/** What a person at a terminal is asked. Nobody is asked where lines are read by a program. */
import { TunnelError } from "@culvert/protocol";
import type { Output } from "./output.ts";

/** True where somebody can answer. */
export function canAsk(output: Output): boolean {
  return !output.isJson && process.stdin.isTTY === true && process.stdout.isTTY === true;
}

/** The dashboard's address on a machine's first run; undefined where nobody can be asked. */
export async function askServerUrl(output: Output): Promise<string | undefined> {
  if (!canAsk(output)) return undefined;
  const { isCancel, text } = await import("@clack/prompts");
  const answer = await text({
    message: "Where is your dashboard? This machine asks there to be let in.",
    placeholder: "https://culvert.example",
    validate: (value) => (value?.trim() ? undefined : "Type the address that your browser shows for the dashboard."),
  });
  if (isCancel(answer)) throw givenUp();
  return answer.trim();
}

/** A secret, shown as dots; undefined where nobody can be asked. */
export async function askSecret(output: Output, message: string): Promise<string | undefined> {
  if (!canAsk(output)) return undefined;
  const { isCancel, password } = await import("@clack/prompts");
  const answer = await password({ message });
  if (isCancel(answer)) throw givenUp();
  return answer.trim();
}

function givenUp(): TunnelError {
  return new TunnelError("canceled", "Nothing was done", { hint: "Run the command again when you are ready." });
}

/** A command with a button that copies it. */
import { button, element } from "./element.ts";
import { copyText } from "./terminal-screen.ts";

const shownMs = 1_500;

export function copiedCommand(command: string): HTMLElement {
  const copy = button(
    "Copy",
    async () => {
      copy.textContent = (await copyText(command)) ? "Copied" : "Select it";
      setTimeout(() => {
        copy.textContent = "Copy";
      }, shownMs);
    },
    { class: "quiet", attributes: { "aria-label": `Copy ${command}` } },
  );
  return element("div", { class: "command" }, element("code", {}, command), copy);
}

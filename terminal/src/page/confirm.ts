/** Asks before something that cannot be undone. */
import { button, element } from "./element.ts";

/** Resolves with true where it was confirmed. */
export function confirmed(title: string, words: string, action: string): Promise<boolean> {
  return new Promise((resolve) => {
    const close = (isConfirmed: boolean) => {
      dialog.close();
      dialog.remove();
      resolve(isConfirmed);
    };
    const dialog = element(
      "dialog",
      { class: "dialog", attributes: { "aria-label": title } },
      element("h2", {}, title),
      element("p", {}, words),
      element(
        "div",
        { class: "row end" },
        button("Cancel", () => close(false)),
        button(action, () => close(true), { class: "danger" }),
      ),
    );
    dialog.addEventListener("cancel", () => close(false));
    document.body.append(dialog);
    dialog.showModal();
  });
}

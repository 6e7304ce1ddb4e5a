/** What starts a session: a workspace, and, where somebody wants, a slot and a folder. */
import { defaultSlot, isNamePart } from "../names/session-name.ts";
import { CallFailure } from "./calls.ts";
import { element } from "./element.ts";

export interface SessionWish {
  readonly workspace: string;
  readonly slot: string | undefined;
  readonly folder: string | undefined;
}

/** `onStart` rejects with what is wrong; the form says it. */
export function newSessionForm(onStart: (wish: SessionWish) => Promise<void>): HTMLElement {
  const workspace = field("Workspace", "notes", { required: "", name: "workspace" });
  const slot = field("Slot", defaultSlot, { name: "slot" });
  const folder = field("Folder", "where the agent was started", { name: "folder" });
  const fault = element("p", { class: "fault", attributes: { role: "alert" } });
  const submit = element("button", { class: "primary", attributes: { type: "submit" } }, "Start");
  const start = async (event: SubmitEvent) => {
    event.preventDefault();
    const wish = { workspace: workspace.value(), slot: slot.value() || undefined, folder: folder.value() || undefined };
    if (![wish.workspace, wish.slot ?? defaultSlot].every(isNamePart)) {
      fault.textContent = "Names are up to 32 letters, digits and hyphens, with no hyphen at either end.";
      return;
    }
    fault.textContent = "";
    submit.disabled = true;
    await onStart(wish)
      .catch((thrown: unknown) => {
        fault.textContent = thrown instanceof CallFailure ? `${thrown.message} ${thrown.hint}` : String(thrown);
      })
      .finally(() => {
        submit.disabled = false;
      });
  };
  return element(
    "form",
    { class: "new-session", onSubmit: start, attributes: { "aria-label": "New session", autocomplete: "off" } },
    workspace.element,
    slot.element,
    folder.element,
    submit,
    fault,
  );
}

function field(label: string, placeholder: string, attributes: Readonly<Record<string, string>>) {
  const input = element("input", {
    attributes: { type: "text", placeholder, spellcheck: "false", autocapitalize: "off", ...attributes },
  });
  return { element: element("label", {}, element("span", {}, label), input), value: () => input.value.trim() };
}

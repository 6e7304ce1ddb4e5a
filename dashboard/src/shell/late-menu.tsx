/**
 * A button with a menu whose code is fetched when somebody reaches for it. Invariant: the button is there from the start
 * and stays one element; a press that comes before the code opens the menu as soon as the code is there.
 */
import { type ComponentType, type ReactElement, type Ref, type RefObject, useId, useRef, useState } from "react";
import { type Trouble, troubleFrom } from "../words/trouble.ts";
import "./late-menu.css";

/** What ties a menu to its button. */
export interface MenuTie {
  /** Id of the button; the menu's own ends on `-dropdown`. */
  readonly id: string;
  readonly button: RefObject<HTMLButtonElement | null>;
  readonly opened: boolean;
  onChange(opened: boolean): void;
}

/** What goes onto the button. */
export interface MenuButtonProps {
  readonly id: string;
  readonly ref: Ref<HTMLButtonElement>;
  readonly "aria-haspopup": "menu";
  readonly "aria-expanded": boolean;
  readonly "aria-controls": string | undefined;
  readonly "aria-busy": boolean;
  onClick(): void;
  onFocus(): void;
  onPointerEnter(): void;
  onKeyDown(event: { readonly key: string; preventDefault(): void }): void;
}

interface LateMenuProps<Items> {
  /** Fetches the menu; its component is given `items` and the tie. */
  load(): Promise<ComponentType<Items & { readonly tie: MenuTie }>>;
  readonly items: Items;
  button(props: MenuButtonProps): ReactElement;
}

type Part<Items> =
  | { readonly kind: "absent" | "coming" }
  | { readonly kind: "here"; readonly Menu: ComponentType<Items & { readonly tie: MenuTie }> }
  | { readonly kind: "failed"; readonly trouble: Trouble };

/** Button and menu. */
export function LateMenu<Items extends object>({ load, items, button }: LateMenuProps<Items>): ReactElement {
  const id = useId();
  const element = useRef<HTMLButtonElement>(null);
  const [opened, setOpened] = useState(false);
  const [part, setPart] = useState<Part<Items>>({ kind: "absent" });
  const reach = (): void => {
    if (part.kind === "coming" || part.kind === "here") return;
    setPart({ kind: "coming" });
    load().then(
      (Menu) => setPart({ kind: "here", Menu }),
      (thrown: unknown) => {
        setOpened(false);
        setPart({ kind: "failed", trouble: troubleFrom(thrown) });
      },
    );
  };
  const press = (wanted: boolean): void => {
    reach();
    setOpened(wanted);
  };
  const shown = opened && part.kind === "here";
  return (
    <>
      {button({
        id,
        ref: element,
        "aria-haspopup": "menu",
        "aria-expanded": shown,
        "aria-controls": shown ? `${id}-dropdown` : undefined,
        "aria-busy": opened && part.kind === "coming",
        onClick: () => press(!opened),
        onFocus: () => part.kind === "absent" && reach(),
        onPointerEnter: () => part.kind === "absent" && reach(),
        onKeyDown: (event) => {
          if (event.key !== "ArrowDown") return;
          event.preventDefault();
          press(true);
        },
      })}
      {part.kind === "here" && <part.Menu {...items} tie={{ id, button: element, opened, onChange: setOpened }} />}
      {part.kind === "failed" && (
        <span role="alert" className="late-menu-trouble">
          {part.trouble.what} {part.trouble.remedy}
        </span>
      )}
    </>
  );
}

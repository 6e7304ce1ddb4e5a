/** The menu of a late menu's button: Mantine's own, standing at a button that it did not render. */
import { Menu } from "@mantine/core";
import {
  type ReactElement,
  type ReactNode,
  type Ref,
  type RefObject,
  useEffect,
  useImperativeHandle,
  useState,
} from "react";
import type { MenuTie } from "./late-menu.tsx";

interface TiedMenuProps {
  readonly tie: MenuTie;
  readonly closeOnItemClick?: boolean;
  readonly children: ReactNode;
}

/** The menu; `children` are its items. */
export function TiedMenu({ tie, closeOnItemClick = true, children }: TiedMenuProps): ReactElement {
  // It opens after it stands: then it knows which element had the focus and gives it back.
  const [stands, setStands] = useState(false);
  useEffect(() => setStands(true), []);
  return (
    <Menu
      id={tie.id}
      width={240}
      position="bottom-end"
      opened={stands && tie.opened}
      onChange={tie.onChange}
      closeOnItemClick={closeOnItemClick}
    >
      <Menu.Target>
        <StandIn button={tie.button} />
      </Menu.Target>
      <Menu.Dropdown>{children}</Menu.Dropdown>
    </Menu>
  );
}

/** Hands the button's element to the menu; the button has its attributes and presses itself. */
function StandIn({ ref, button }: { ref?: Ref<HTMLButtonElement>; button: RefObject<HTMLButtonElement | null> }): null {
  useImperativeHandle(ref, () => button.current as HTMLButtonElement, [button]);
  return null;
}

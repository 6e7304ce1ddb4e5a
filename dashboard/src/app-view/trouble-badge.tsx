/** A quiet sign that something of the app does not work here, with what and why when asked. */
import type { AppTrouble } from "@culvert/browser-client";
import { Popover, UnstyledButton } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { type ReactElement, useState } from "react";
import { troubleCount, troubleGroups } from "../words/app-troubles.ts";
import { useCloseOnBlur } from "./use-close-on-blur.ts";
import "./trouble-badge.css";

/** Nothing while all works. */
export function TroubleBadge({ troubles }: { readonly troubles: readonly AppTrouble[] }): ReactElement {
  return (
    <>
      <span className="visually-hidden" role="status">
        {troubles.length > 0 && troubleCount(troubles)}
      </span>
      {troubles.length > 0 && <Badge troubles={troubles} />}
    </>
  );
}

function Badge({ troubles }: { readonly troubles: readonly AppTrouble[] }): ReactElement {
  const [opened, setOpened] = useState(false);
  useCloseOnBlur(opened, setOpened);
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" width={352} trapFocus returnFocus>
      <Popover.Target>
        <UnstyledButton
          className="bar-button trouble-badge"
          aria-label={troubleCount(troubles)}
          title={troubleCount(troubles)}
          onClick={() => setOpened(!opened)}
        >
          <IconAlertTriangle size={16} />
          <span className="tabular">{troubles.length}</span>
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and a keyboard scrolls what has the focus */}
        <div className="trouble-list" tabIndex={0} data-autofocus>
          <strong>{troubleCount(troubles)}</strong>
          <ul>
            {troubleGroups(troubles).map(({ kind, title, why, details }) => (
              <li key={kind}>
                <h3>{title}</h3>
                <p>{why}</p>
                {details
                  .filter((detail) => detail !== "")
                  .map((detail) => (
                    <code key={detail}>{detail}</code>
                  ))}
              </li>
            ))}
          </ul>
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}

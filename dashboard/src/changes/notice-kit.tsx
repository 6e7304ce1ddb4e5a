/** The kit's notifications with our words and looks; a chunk of its own. */
import { Button } from "@mantine/core";
import { Notifications, notifications } from "@mantine/notifications";
import type { ReactElement } from "react";
import { TypedText } from "../shell/typed-text.tsx";
import { type Trouble, troubleFrom } from "../words/trouble.ts";
import type { Notice } from "./notice.ts";
import "@mantine/core/styles/Notification.css";
import "@mantine/notifications/styles.css";
import "./notices.css";

/** Long enough to read it, find Undo by Tab and press it; hovering stops the clock. */
const undoMs = 10_000;
const readMs = 5_000;

/** Where notices stand. */
export function NoticePlace(): ReactElement {
  return <Notifications position="bottom-right" limit={3} pauseResetOnHover="all" transitionDuration={160} />;
}

const closeButton = { closeButtonProps: { "aria-label": "Close this notice" } } as const;

/** Shows one. */
export function showNotice({ text, undo }: Notice): void {
  const id = notifications.show({
    ...closeButton,
    role: "status",
    autoClose: undo === undefined ? readMs : undoMs,
    message:
      undo === undefined ? (
        text
      ) : (
        <span className="notice-words">
          {text}
          <Button
            size="compact-xs"
            variant="default"
            onClick={() => {
              notifications.hide(id);
              undo().catch((thrown: unknown) => showTrouble(troubleFrom(thrown)));
            }}
          >
            Undo
          </Button>
        </span>
      ),
  });
}

/** Shows why an undoing failed, until it is closed. */
function showTrouble({ headline, what, remedy }: Trouble): void {
  notifications.show({
    ...closeButton,
    role: "alert",
    autoClose: false,
    color: "red",
    title: headline,
    message: (
      <>
        {what} <TypedText text={remedy} />
      </>
    ),
  });
}

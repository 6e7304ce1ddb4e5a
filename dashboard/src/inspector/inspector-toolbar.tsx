/** Above the requests: which ones are shown, whether bodies are kept, forget, export, close. */
import { ActionIcon, Button, NativeSelect, TextInput, Tooltip } from "@mantine/core";
import { IconDownload, IconEraser, IconX } from "@tabler/icons-react";
import type { ReactElement, RefObject } from "react";
import { type RequestGroup, requestGroups } from "./request-filter.ts";

const groupWords: Readonly<Record<RequestGroup, string>> = {
  all: "All",
  fetch: "Fetch and XHR",
  page: "Pages",
  script: "Scripts",
  style: "Styles",
  image: "Images, fonts, media",
  live: "WebSockets, events",
  failed: "Failed, refused",
};

interface InspectorToolbarProps {
  readonly words: string;
  readonly group: RequestGroup;
  readonly shown: number;
  readonly count: number;
  readonly keepsBodies: boolean;
  /** Words while a file is made, or why none was. */
  readonly exporting: string | undefined;
  readonly isExporting: boolean;
  readonly filterField: RefObject<HTMLInputElement | null>;
  onFilter(words: string, group: RequestGroup): void;
  onKeepBodies(isWanted: boolean): void;
  onClear(): void;
  onExport(): void;
  onClose(): void;
}

const filterHelp =
  "Words must all fit. status:4xx method:post type:json is:failed is:slow is:running; - turns one around.";

/** The bar of the inspector. */
export function InspectorToolbar(props: InspectorToolbarProps): ReactElement {
  const { words, group, shown, count, keepsBodies, exporting, isExporting, filterField, onFilter } = props;
  return (
    <div className="inspector-toolbar" role="toolbar" aria-label="Inspector">
      <TextInput
        ref={filterField}
        className="inspector-filter"
        size="xs"
        type="search"
        aria-label="Filter requests"
        placeholder="Filter: /api status:4xx"
        title={filterHelp}
        value={words}
        spellCheck={false}
        onChange={(event) => onFilter(event.currentTarget.value, group)}
      />
      <NativeSelect
        className="inspector-group"
        size="xs"
        aria-label="Which requests"
        value={group}
        data={requestGroups.map((value) => ({ value, label: groupWords[value] }))}
        onChange={(event) => onFilter(words, requestGroups.find((it) => it === event.currentTarget.value) ?? "all")}
      />
      <span className="inspector-count dim tabular" role="status">
        {exporting ?? (shown === count ? `${formatted(count)}` : `${formatted(shown)} of ${formatted(count)}`)}
        <span className="visually-hidden"> requests</span>
      </span>
      <Tooltip
        label={
          keepsBodies
            ? "Bodies and messages are kept in this tab. Press to forget them."
            : "Keep the beginnings of bodies and messages, in this tab alone"
        }
      >
        <Button
          className="inspector-bodies"
          size="compact-xs"
          variant={keepsBodies ? "light" : "default"}
          aria-pressed={keepsBodies}
          onClick={() => props.onKeepBodies(!keepsBodies)}
        >
          {keepsBodies ? "Bodies kept" : "Keep bodies"}
        </Button>
      </Tooltip>
      <Tooltip label="Export what is shown as HAR">
        <ActionIcon
          size={28}
          aria-label="Export what is shown as HAR"
          disabled={shown === 0 || isExporting}
          onClick={props.onExport}
        >
          <IconDownload size={16} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label="Forget all requests">
        <ActionIcon size={28} aria-label="Forget all requests" disabled={count === 0} onClick={props.onClear}>
          <IconEraser size={16} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label="Close the inspector">
        <ActionIcon size={28} aria-label="Close the inspector" onClick={props.onClose}>
          <IconX size={16} />
        </ActionIcon>
      </Tooltip>
    </div>
  );
}

function formatted(count: number): string {
  return count.toLocaleString("en-GB");
}

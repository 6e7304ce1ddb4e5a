/**
 * The inspector: a drawer below the app with the requests of this session, as they are made.
 * Invariant: what it shows comes from the core of this page; nothing of it is asked of a server.
 */
import type { AppInspector } from "@culvert/browser-client";
import { Button } from "@mantine/core";
import { type ReactElement, useCallback, useDeferredValue, useEffect, useRef, useState } from "react";
import { troubleFrom } from "../words/trouble.ts";
import { fittingHeight, keepHeight, keptHeight } from "./drawer-height.ts";
import { appBase } from "./exchange-parts.ts";
import { exportHar } from "./export-har.ts";
import { InspectorToolbar } from "./inspector-toolbar.tsx";
import { RequestDetail } from "./request-detail.tsx";
import { type RequestGroup, requestFilter } from "./request-filter.ts";
import { RequestList } from "./request-list.tsx";
import { ResizeHandle } from "./resize-handle.tsx";
import { saveFile } from "./save-file.ts";
import { useRequests } from "./use-requests.ts";
import "./inspector.css";

interface InspectorProps {
  readonly inspector: AppInspector;
  readonly serviceName: string;
  readonly appOrigin: string | undefined;
  onClose(): void;
}

/** The drawer. */
export function Inspector({ inspector, serviceName, appOrigin, onClose }: InspectorProps): ReactElement {
  const { store, state } = useRequests(inspector);
  const [{ words, group }, setFilter] = useState<{ words: string; group: RequestGroup }>({ words: "", group: "all" });
  const [selected, setSelected] = useState<number>();
  const [exporting, setExporting] = useState<string>();
  const [isExporting, setIsExporting] = useState(false);
  const [heightPx, setHeightPx] = useState(() =>
    keptHeight(localStorage, window.innerHeight, window.innerWidth <= 720),
  );
  const list = useRef<HTMLDivElement>(null);
  const filterField = useRef<HTMLInputElement>(null);
  const drawer = useRef<HTMLElement>(null);
  const base = appBase(state.loopbackPort, appOrigin);
  const request = selected === undefined ? undefined : store.find(selected);

  const wantedWords = useDeferredValue(words);
  useEffect(() => store.setFilter(requestFilter(wantedWords, group)), [store, wantedWords, group]);
  useEffect(() => list.current?.focus(), []);
  const onHeight = useCallback((wantedPx: number): void => {
    const height = fittingHeight(wantedPx, window.innerHeight);
    setHeightPx(height);
    keepHeight(localStorage, height);
  }, []);
  const close = (): void => {
    setSelected(undefined);
    list.current?.focus();
  };
  const download = async (): Promise<void> => {
    setIsExporting(true);
    try {
      const onProgress = (done: number, all: number): void => setExporting(`Export: ${done} of ${all}`);
      const parts = await exportHar({ inspector, store, base, onProgress });
      saveFile(`${serviceName}.har`, "application/json", parts);
      setExporting(undefined);
    } catch (thrown) {
      setExporting(troubleFrom(thrown).what);
    } finally {
      setIsExporting(false);
    }
  };
  return (
    <section
      ref={drawer}
      className="inspector"
      aria-label="Inspector"
      style={{ height: heightPx }}
      onKeyDown={(event) => {
        if (event.key !== "/" || event.target instanceof HTMLInputElement) return;
        event.preventDefault();
        filterField.current?.focus();
      }}
    >
      <ResizeHandle heightPx={heightPx} onHeight={onHeight} />
      <InspectorToolbar
        {...{ words, group, exporting, isExporting, filterField, onClose }}
        shown={state.shown.length}
        count={state.count}
        keepsBodies={state.keepsBodies}
        onFilter={(newWords, newGroup) => setFilter({ words: newWords, group: newGroup })}
        onKeepBodies={(isWanted) => inspector.keepBodies(isWanted)}
        onClear={() => {
          inspector.clear();
          // The button is disabled where nothing is left, and would keep the keyboard to itself.
          close();
        }}
        onExport={() => void download()}
      />
      <div className="inspector-body" data-split={request !== undefined || undefined}>
        <div className="inspector-list">
          <RequestList
            {...{ store, state, selected }}
            focusTarget={list}
            onSelect={setSelected}
            onOpen={() => drawer.current?.querySelector<HTMLElement>(".request-detail")?.focus()}
          />
          {state.shown.length === 0 && (
            <Nothing hasFilter={state.count > 0} onAll={() => setFilter({ words: "", group: "all" })} />
          )}
        </div>
        {request !== undefined && (
          <RequestDetail
            {...{ inspector, request, base }}
            keepsBodies={state.keepsBodies}
            onClose={close}
            onShow={setSelected}
          />
        )}
      </div>
    </section>
  );
}

function Nothing({ hasFilter, onAll }: { hasFilter: boolean; onAll(): void }): ReactElement {
  return (
    <div className="inspector-empty">
      {hasFilter ? (
        <>
          <p>No request fits the filter.</p>
          <Button size="xs" variant="default" onClick={onAll}>
            Show all
          </Button>
        </>
      ) : (
        <p>
          No requests yet. Use the app: each of its requests shows here as it is made.
          <br />
          They stay in this tab; Culvert’s server sees none of it.
        </p>
      )}
    </div>
  );
}

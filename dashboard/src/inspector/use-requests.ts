/** The requests of a view for as long as the inspector stands. */
import type { AppInspector } from "@culvert/browser-client";
import { useEffect, useState, useSyncExternalStore } from "react";
import { RequestStore, type StoreState } from "./request-store.ts";

/** A store that follows the core, and its state. */
export function useRequests(inspector: AppInspector): { readonly store: RequestStore; readonly state: StoreState } {
  const [store] = useState(() => new RequestStore());
  useEffect(() => inspector.watch((batch) => store.take(batch)), [inspector, store]);
  const state = useSyncExternalStore(
    (listener) => store.subscribe(listener),
    () => store.state,
  );
  return { store, state };
}

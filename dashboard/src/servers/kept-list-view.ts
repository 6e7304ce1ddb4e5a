/** The order and the groups that somebody chose, kept in this browser. Invariant: what cannot be read is as if unset. */
import { type ListGroup, type ListOrder, listGroups, listOrders } from "./list-view.ts";

const storageKey = "culvert.servers-list";

/** What is kept: a search and a filter are for the moment, these for good. */
export interface KeptListView {
  readonly order: ListOrder;
  readonly group: ListGroup;
}

/** What was kept last. */
export function keptListView(storage: Pick<Storage, "getItem">): KeptListView {
  const [order = "", group = ""] = (storage.getItem(storageKey) ?? "").split(" ");
  return {
    order: Object.hasOwn(listOrders, order) ? (order as ListOrder) : "online",
    group: Object.hasOwn(listGroups, group) ? (group as ListGroup) : "none",
  };
}

/** Keeps a choice; a browser that keeps nothing forgets it with the page. */
export function keepListView(storage: Pick<Storage, "setItem">, { order, group }: KeptListView): void {
  try {
    storage.setItem(storageKey, `${order} ${group}`);
  } catch {
    // A full or forbidden storage: the choice holds for this page.
  }
}

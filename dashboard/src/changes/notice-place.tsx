/** The place of notices on a page; empty until the first one is wanted. */
import { lazy, type ReactElement, Suspense, useSyncExternalStore } from "react";
import { pagePart } from "../setup/page-part.ts";
import { areNoticesWanted, watchNotices } from "./notices.ts";

const Kit = lazy(async () => ({ default: (await pagePart(() => import("./notice-kit.tsx"))).NoticePlace }));

/** Stands once, in the layout of who is signed in. */
export function NoticePlace(): ReactElement {
  const wanted = useSyncExternalStore(watchNotices, areNoticesWanted);
  return <Suspense>{wanted && <Kit />}</Suspense>;
}

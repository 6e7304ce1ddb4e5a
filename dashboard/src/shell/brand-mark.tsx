/** Culvert's mark: the mouth of a culvert, with its name beside it. */
import type { ReactElement } from "react";
import "./brand-mark.css";

/** The mark; `withName` writes the word beside it. */
export function BrandMark({ withName = false, size = 24 }: { withName?: boolean; size?: number }): ReactElement {
  return (
    <span className="brand-mark">
      <svg viewBox="0 0 24 24" width={size} height={size} fill="none" aria-hidden="true">
        <rect width="24" height="24" rx="6" className="brand-mark-field" />
        <path
          d="M5.5 17v-3a6.5 6.5 0 0 1 13 0v3M9.5 17v-3a2.5 2.5 0 0 1 5 0v3"
          stroke="#fff"
          strokeWidth="2"
          strokeLinecap="round"
        />
      </svg>
      {withName && <span className="brand-mark-name">Culvert</span>}
    </span>
  );
}

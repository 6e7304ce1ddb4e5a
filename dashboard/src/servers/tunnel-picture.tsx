/** A drawing of the main idea: this browser and a machine, joined by a sealed tunnel. */
import type { ReactElement } from "react";

/** Decoration; the words beside it say the same. */
export function TunnelPicture(): ReactElement {
  return (
    <svg className="tunnel-picture" viewBox="0 0 320 88" fill="none" aria-hidden="true">
      <g className="tunnel-picture-line">
        <rect x="8" y="12" width="88" height="64" rx="8" />
        <path d="M8 28h88" />
        <circle cx="18" cy="20" r="1.5" />
        <circle cx="25" cy="20" r="1.5" />
        <rect x="232" y="16" width="72" height="48" rx="6" />
        <path d="M222 72h92" />
      </g>
      <g className="tunnel-picture-accent">
        <path d="M104 38h120M104 50h120" />
        <path d="M108 44h112" strokeDasharray="2 8" />
        <path d="M22 42h36M22 52h52M22 62h28" />
        <path d="M250 46l8-6-8-6M264 48h12" />
      </g>
    </svg>
  );
}

/** It is done: this device is approved, and what that is worth. */
import { Button } from "@mantine/core";
import type { ReactElement } from "react";

/** `keeps`: the browser has promised to keep this device's key. */
export function ApprovedNote({ label, keeps }: { label: string; keeps: boolean }): ReactElement {
  return (
    <section className="panel" role="status">
      <h2>This device is approved on {label}</h2>
      <p>Both sides know each other's key now. Culvert's server can neither add a device nor swap the machine's key.</p>
      {!keeps && (
        <p className="dim">
          This browser may throw the device's key away when space is short or site data are cleared. Then this device
          must be approved again.
        </p>
      )}
      <div className="panel-actions">
        <Button component="a" href="/">
          Go to the servers
        </Button>
      </div>
    </section>
  );
}

/** An address that names nothing here. */
import { Button } from "@mantine/core";
import type { ReactElement } from "react";
import { BrandMark } from "./brand-mark.tsx";
import "./load-failure.css";

/** The router's page for unknown addresses. */
export function NotFound(): ReactElement {
  return (
    <main className="load-failure">
      <BrandMark size={40} />
      <h1>Nothing at this address</h1>
      <p>It may be from an older Culvert, or cut short. Your servers are on the first page.</p>
      <Button component="a" href="/">
        Go to the servers
      </Button>
    </main>
  );
}

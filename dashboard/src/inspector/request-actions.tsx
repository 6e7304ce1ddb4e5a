/** What can be done with a request: copy it as a command, make it again. */
import type { AppInspector, InspectedDetail, InspectedRequest } from "@culvert/browser-client";
import { Button } from "@mantine/core";
import { IconRepeat } from "@tabler/icons-react";
import { type ReactElement, useEffect, useState } from "react";
import { CopyButton } from "../shell/copy-button.tsx";
import { troubleFrom } from "../words/trouble.ts";
import { curlCommand } from "./curl-command.ts";

/** Methods that change nothing by their definition (RFC 9110 §9.2.1). */
const safeMethods: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

interface RequestActionsProps {
  readonly inspector: AppInspector;
  readonly request: InspectedRequest;
  readonly detail: InspectedDetail | undefined;
  readonly base: string;
  onShow(id: number): void;
}

/** Buttons, and what came of the last one. */
export function RequestActions({ inspector, request, detail, base, onShow }: RequestActionsProps): ReactElement {
  const [asks, setAsks] = useState(false);
  const [fault, setFault] = useState<string>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was said is about the request that was shown then
  useEffect(() => {
    setAsks(false);
    setFault(undefined);
  }, [request.id]);
  const repeat = (): void => {
    setAsks(false);
    setFault(undefined);
    inspector.replay(request.id).then(onShow, (thrown: unknown) => {
      const { what, remedy } = troubleFrom(thrown);
      setFault(`${what} ${remedy}`);
    });
  };
  return (
    <div className="request-actions">
      {detail?.isKept && <CopyButton text={curlCommand(request, detail, base)}>Copy as cURL</CopyButton>}
      {request.kind !== "websocket" && (
        <Button
          size="xs"
          variant="default"
          leftSection={<IconRepeat size={14} />}
          onClick={() => (safeMethods.has(request.method) ? repeat() : setAsks(true))}
        >
          Repeat
        </Button>
      )}
      {asks && (
        <div className="request-question" role="alert">
          <p>The app gets this {request.method} a second time, with everything that it does there.</p>
          <Button size="xs" onClick={repeat}>
            Repeat it
          </Button>
          <Button size="xs" variant="default" onClick={() => setAsks(false)}>
            Leave it
          </Button>
        </div>
      )}
      {fault !== undefined && (
        <p className="request-fault" role="alert">
          {fault}
        </p>
      )}
    </div>
  );
}

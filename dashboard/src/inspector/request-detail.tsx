/** One request: heads, bodies, messages and times, and what can be done with it. */
import type { AppInspector, InspectedRequest } from "@culvert/browser-client";
import { ActionIcon, Tabs } from "@mantine/core";
import { IconArrowLeft, IconX } from "@tabler/icons-react";
import { type ReactElement, useState } from "react";
import { StateDot } from "../shell/state-dot.tsx";
import { troubleOf } from "../words/trouble.ts";
import { BodyView } from "./body-view.tsx";
import { shownHeaders } from "./exchange-parts.ts";
import { FrameList } from "./frame-list.tsx";
import { HeaderTable } from "./header-table.tsx";
import { RequestActions } from "./request-actions.tsx";
import { outcomeOf } from "./request-words.ts";
import { TimingView } from "./timing-view.tsx";
import { useDetail } from "./use-detail.ts";
import "@mantine/core/styles/Tabs.css";
import "./request-detail.css";

interface RequestDetailProps {
  readonly inspector: AppInspector;
  readonly request: InspectedRequest;
  readonly base: string;
  readonly keepsBodies: boolean;
  onClose(): void;
  /** Another request is of interest now. */
  onShow(id: number): void;
}

/** The pane beside the list, or in its place on a phone. */
export function RequestDetail(props: RequestDetailProps): ReactElement {
  const { inspector, request, base, keepsBodies, onClose } = props;
  const detail = useDetail(inspector, request, keepsBodies);
  const [tab, setTab] = useState<string | null>("headers");
  const { text, tone } = outcomeOf(request);
  // A line's is cut where it is long.
  const path = detail?.isKept ? detail.path : request.path;
  const isLive = request.kind !== "http";
  const noun = request.kind === "events" ? "events" : "messages";
  // A socket has no bodies; where its tab was, the messages are.
  const shown = !isLive && tab === "frames" ? "headers" : tab;
  const keep = (): void => inspector.keepBodies(true);
  return (
    <section
      className="request-detail"
      aria-label={`Request ${request.method} ${request.path}`}
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key === "Escape") onClose();
      }}
    >
      <header>
        <ActionIcon className="request-detail-back" size={28} aria-label="Back to the requests" onClick={onClose}>
          <IconArrowLeft size={16} />
        </ActionIcon>
        <h2>
          <span>{request.method}</span> <code title={path}>{path}</code>
        </h2>
        <span className="request-detail-outcome">
          <StateDot tone={tone} /> {text}
        </span>
        <ActionIcon className="request-detail-close" size={28} aria-label="Close the details" onClick={onClose}>
          <IconX size={16} />
        </ActionIcon>
      </header>
      {request.code !== null && <WhyNot request={request} />}
      <RequestActions {...props} detail={detail} />
      {detail !== undefined && !detail.isKept && (
        <p className="dim inspector-note">
          This request was too long ago: only its line in the list is left. Heads are kept up to 24 MiB, the newest
          ones.
        </p>
      )}
      {detail?.isKept && (
        <Tabs value={shown} onChange={setTab} keepMounted={false} className="request-tabs">
          <Tabs.List aria-label="Parts of the request">
            <Tabs.Tab value="headers">Headers</Tabs.Tab>
            {request.kind !== "websocket" && <Tabs.Tab value="payload">Payload</Tabs.Tab>}
            {request.kind !== "websocket" && <Tabs.Tab value="answer">Response</Tabs.Tab>}
            {isLive && <Tabs.Tab value="frames">{noun === "events" ? "Events" : "Messages"}</Tabs.Tab>}
            <Tabs.Tab value="timing">Timing</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="headers" tabIndex={0}>
            <HeaderTable
              title="Response"
              headers={shownHeaders(detail.answerHeaders, base)}
              empty={request.code === null ? "Not answered yet." : "There was no answer of the app."}
            />
            <HeaderTable
              title="Request"
              headers={shownHeaders(detail.requestHeaders, base)}
              empty="It was not sent: it still waits for the connection, or was given up before."
            />
          </Tabs.Panel>
          <Tabs.Panel value="payload">
            <BodyView
              body={detail.requestBody}
              sizeBytes={request.requestBytes}
              contentType=""
              keepsBodies={keepsBodies}
              onKeepBodies={keep}
            />
          </Tabs.Panel>
          <Tabs.Panel value="answer">
            <BodyView
              body={detail.answerBody}
              sizeBytes={request.answerBytes}
              contentType={request.contentType}
              keepsBodies={keepsBodies}
              onKeepBodies={keep}
            />
          </Tabs.Panel>
          <Tabs.Panel value="frames">
            <FrameList frames={detail.frames} count={request.frames} keepsBodies={keepsBodies} noun={noun} />
          </Tabs.Panel>
          <Tabs.Panel value="timing" tabIndex={0}>
            <TimingView request={request} />
          </Tabs.Panel>
        </Tabs>
      )}
    </section>
  );
}

/** Why there is no answer: a refusal names its rule, which the agent told in the hint. */
function WhyNot({ request: { code, message, hint } }: { request: InspectedRequest }): ReactElement | null {
  if (code === null) return null;
  if (code === "canceled") return <p className="dim inspector-note">The page gave this request up.</p>;
  return (
    <div className="why-not" data-refused={code === "policy" || undefined}>
      <strong>{troubleOf({ code, message, hint }).headline}</strong>
      <p>
        {message} {hint}
      </p>
    </div>
  );
}

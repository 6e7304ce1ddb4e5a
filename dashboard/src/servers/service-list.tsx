/** A server's services with their health, each as sign and word. */
import type { ServerView } from "@culvert/protocol/signaling";
import type { ReactElement } from "react";
import { StateDot } from "../shell/state-dot.tsx";
import { serviceHealthWords } from "../words/server-state.ts";
import "./service-list.css";

/** Services that are shown before the rest is counted. */
const shownServices = 6;

/** The services side by side; health is written out where it is not good. */
export function ServiceList({ server }: { server: ServerView }): ReactElement {
  const shown = server.services.slice(0, shownServices);
  const hidden = server.services.length - shown.length;
  return (
    <ul className="service-list" aria-label={`Services of ${server.label}`}>
      {shown.map((service) => {
        const { tone, word } = serviceHealthWords(service, server);
        const speaksUp = tone === "lost" || tone === "connecting";
        return (
          <li key={service.serviceId} className="service" title={word}>
            <StateDot tone={tone} />
            <span className="service-name">{service.serviceName}</span>
            {service.mode === "tcp" && <span className="service-mode">tcp</span>}
            <span className={speaksUp ? "service-health" : "visually-hidden"}>{word}</span>
          </li>
        );
      })}
      {hidden > 0 && <li className="service-more">and {hidden} more</li>}
      {server.services.length === 0 && <li className="service-more">no services</li>}
    </ul>
  );
}

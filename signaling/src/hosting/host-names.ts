/**
 * Which site a Host header asks for. Invariant: a name is one of the dashboard's, an app's or none; nothing is answered
 * for a name that is not ours, so a rebound DNS name reaches nothing.
 */
import { type AppPortRange, isAppPort, isLocalhostName, portOf } from "../config/index.ts";

/**
 * What a host name stands for. `loopback`: this machine by address, for agents and health checks. `place`: the label
 * before the dashboard's name or, in the port layout, the port; whether it was ever given is not known yet.
 */
export type Site =
  | { readonly kind: "dashboard" }
  | { readonly kind: "loopback" }
  | { readonly kind: "app"; readonly place: string }
  | { readonly kind: "unknown" };

/** `<slug>-<26 base32>`, as ids.ts makes it. */
const appLabel = /^[a-z0-9](?:[a-z0-9-]{0,19})-[a-z2-7]{26}$/;

export class HostNames {
  readonly #dashboardHost: string;
  readonly #loopbackHosts: ReadonlySet<string>;
  readonly #scheme: string;
  readonly #dashboardName: string;
  readonly #appPorts: AppPortRange | undefined;

  /** `port`: where this process listens. `appPorts`: of the port layout alone. */
  constructor(dashboardOrigin: URL, port: number, appPorts?: AppPortRange) {
    this.#appPorts = appPorts;
    this.#dashboardName = dashboardOrigin.hostname;
    this.#dashboardHost = dashboardOrigin.host;
    this.#scheme = dashboardOrigin.protocol;
    const loopback = ["127.0.0.1", "[::1]", "localhost"].map(
      (name) => new URL(`${this.#scheme}//${name}:${port}`).host,
    );
    this.#loopbackHosts = new Set(isLocalhostName(dashboardOrigin.hostname) ? loopback : []);
  }

  /** The site of a request by its Host header. */
  siteOf(hostHeader: string | undefined): Site {
    const host = this.#normalised(hostHeader);
    if (host === undefined) return { kind: "unknown" };
    if (host === this.#dashboardHost) return { kind: "dashboard" };
    if (this.#loopbackHosts.has(host)) return { kind: "loopback" };
    if (this.#appPorts !== undefined) return this.#siteAtPort(new URL(`${this.#scheme}//${host}`), this.#appPorts);
    const suffix = `.${this.#dashboardHost}`;
    const label = host.endsWith(suffix) ? host.slice(0, -suffix.length) : "";
    return appLabel.test(label) ? { kind: "app", place: label } : { kind: "unknown" };
  }

  #siteAtPort(url: URL, appPorts: AppPortRange): Site {
    const port = portOf(url);
    const isApp = url.hostname === this.#dashboardName && isAppPort(port, appPorts);
    return isApp ? { kind: "app", place: String(port) } : { kind: "unknown" };
  }

  /** The site of a name without a port, as a certificate is asked for. */
  siteNamed(name: string): Site {
    const port = new URL(`${this.#scheme}//${this.#dashboardHost}`).port;
    return this.siteOf(port === "" ? name : `${name}:${port}`);
  }

  /** Hosts that an agent may have meant to reach here: its proof is bound to one of them. */
  get agentHosts(): readonly string[] {
    return [this.#dashboardHost, ...this.#loopbackHosts];
  }

  /** Host and, where it is not the scheme's own, port, in lower case. */
  #normalised(hostHeader: string | undefined): string | undefined {
    const text = `${this.#scheme}//${hostHeader ?? ""}`;
    if (hostHeader === undefined || !/^[A-Za-z0-9.:[\]-]+$/.test(hostHeader) || !URL.canParse(text)) return undefined;
    return new URL(text).host;
  }
}

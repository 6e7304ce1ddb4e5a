/**
 * The agent's desk: devices and shares over HTTP in the tunnel, for the owner's own devices. Invariant: the device that
 * asks is the one that Noise proved, never one that the request names.
 */
import { TunnelError } from "@culvert/protocol";
import {
  type CreateShare,
  createShareSchema,
  type DeskDevices,
  type DeskShare,
  type DeskTerminals,
} from "@culvert/protocol/signaling";
import { z } from "zod";
import { approveByString, type DeviceList } from "../devices/index.ts";
import { type KeptShare, pinTries, type ShareList, shareIdOf } from "../shares/index.ts";
import type { RequestDesk } from "./request-desk.ts";

/** What the desk stands on. */
export interface DeskOptions {
  readonly identityKey: string;
  readonly devices: DeviceList;
  readonly shares: ShareList;
  isService(serviceName: string): boolean;
  /** Live viewers of a share. */
  viewersOf(shareId: string): number;
  serverNowMs(): number;
  /** Terminal sessions of this machine's services. */
  terminals(): Promise<DeskTerminals>;
  /** Answers what is asked of requests. */
  readonly requestDesk: RequestDesk;
}

/** One call. `deviceKey`: base64url of the asking device. */
export interface DeskCall {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly deviceKey: string;
}

const approveSchema = z.object({ string: z.string().max(64), label: z.string().max(64).default("") });

/** Answers calls of `agent-desk.ts`. Throws TunnelError in words. */
export class Desk {
  readonly #options: DeskOptions;

  constructor(options: DeskOptions) {
    this.#options = options;
  }

  async answer({ method, path, body, deviceKey }: DeskCall): Promise<object> {
    const [pathname = "", query = ""] = path.split("?", 2);
    const [, room, name, ...rest] = pathname.split("/");
    if (room === "requests") {
      return this.#answerRequests(method, [name, ...rest].join("/"), new URLSearchParams(query), body);
    }
    const call = rest.length > 0 ? "" : `${method} /${room}${name === undefined ? "" : "/:"}`;
    switch (call) {
      case "GET /devices":
        return this.#devices(deviceKey);
      case "POST /devices":
        return this.#approve(parsed(approveSchema, body));
      case "DELETE /devices/:":
        return this.#revokeDevice(decodeURIComponent(name ?? ""), deviceKey);
      case "GET /terminals":
        return this.#options.terminals();
      case "GET /shares":
        return { shares: (await this.#options.shares.all()).map((share) => this.#seen(share)) };
      case "POST /shares":
        return this.#createShare(parsed(createShareSchema, body), deviceKey);
      case "DELETE /shares/:":
        return this.#revokeShare(decodeURIComponent(name ?? ""));
      default:
        throw noSuchThing();
    }
  }

  async #answerRequests(method: string, place: string, query: URLSearchParams, body: unknown): Promise<object> {
    const { requestDesk } = this.#options;
    const [id = "", deed] = place.split("/", 2);
    switch (`${method} ${place === "" ? "" : (deed ?? (id === "bodies" ? "bodies" : "one"))}`) {
      case "GET ":
        return requestDesk.list(query);
      case "POST bodies":
        return requestDesk.keepBodies(body);
      case "GET one":
        return requestDesk.detail(id);
      case "POST replay":
        return requestDesk.replay(id);
      default:
        throw noSuchThing();
    }
  }

  async #devices(deviceKey: string): Promise<DeskDevices> {
    const { locked, devices, requests } = await this.#options.devices.read();
    const seen = devices.flatMap(({ trust, ...device }) =>
      trust === "revoked" ? [] : [{ ...device, trust, isThis: device.deviceKey === deviceKey }],
    );
    return { locked, devices: seen.sort((a, b) => b.lastSeenAt - a.lastSeenAt), waiting: requests };
  }

  async #approve({ string, label }: z.infer<typeof approveSchema>): Promise<object> {
    const { devices, identityKey, serverNowMs } = this.#options;
    return { answer: await approveByString(devices, { identityKey, typed: string, label, nowMs: serverNowMs() }) };
  }

  async #revokeDevice(wanted: string, deviceKey: string): Promise<object> {
    const { devices, shares, serverNowMs } = this.#options;
    if (wanted === deviceKey) {
      throw new TunnelError("invalid-request", "This is the device that you are using.", {
        hint: "Revoke it from another one, or on the server: `culvert devices revoke`.",
      });
    }
    if (!(await devices.revoke(wanted))) throw new TunnelError("not-found", "This server knows no such device.");
    await shares.revokeMadeBy(wanted, serverNowMs());
    return {};
  }

  async #createShare(request: CreateShare, madeBy: string): Promise<DeskShare> {
    const { serviceName } = request.scope;
    if (!this.#options.isService(serviceName)) {
      throw new TunnelError("not-found", `This server publishes no service "${serviceName}".`);
    }
    return this.#seen(await this.#options.shares.create(request, madeBy, this.#options.serverNowMs()));
  }

  async #revokeShare(shareId: string): Promise<object> {
    const { shares, serverNowMs } = this.#options;
    if (!(await shares.revoke(shareId, serverNowMs())))
      throw new TunnelError("not-found", "There is no such share here.");
    return {};
  }

  #seen(share: KeptShare): DeskShare {
    const { label, scope, createdAt, expiresAt, uses, openedBy, pin, revokedAt } = share;
    return {
      shareId: shareIdOf(share),
      ...{ label, scope, createdAt, expiresAt, uses, revokedAt },
      usesLeft: uses === null ? null : Math.max(0, uses - openedBy.length),
      hasPin: pin !== null,
      pinTriesLeft: pin === null ? null : Math.max(0, pinTries - pin.wrongTries),
      viewers: this.#options.viewersOf(share.shareId),
    };
  }
}

function noSuchThing(): TunnelError {
  return new TunnelError("not-found", "The agent's desk knows no such thing.");
}

function parsed<Shape>(schema: z.ZodType<Shape>, body: unknown): Shape {
  const fits = schema.safeParse(body);
  if (fits.success) return fits.data;
  const fault = fits.error.issues[0];
  throw new TunnelError("invalid-request", `The request does not fit: ${fault?.path.join(".")}: ${fault?.message}`);
}

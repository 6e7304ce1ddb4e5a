/** What an exchange with the service is run in, once there is a tunnel. */
import type { ByteStream } from "@culvert/protocol/endpoint";
import type { CookieJar } from "./cookie-jar.ts";

/** A tunnel as one kind of exchange uses it. */
export interface ServiceContext {
  /** The service's own web origin. */
  readonly origin: string;
  readonly jar: CookieJar | undefined;
  /** A fresh stream of that kind. */
  openStream(): ByteStream;
}

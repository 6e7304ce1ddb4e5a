/** Names under which an app on its machine's loopback knows itself. */

const names = /^(localhost|127\.0\.0\.1|\[::1\]|0\.0\.0\.0)$/;

/** True for hosts that are the machine on which they are asked for. */
export function isLoopbackHost(hostname: string): boolean {
  return names.test(hostname);
}

/** True where an address is the app's own by a loopback name: `http:` or `ws:` and the port of its target, none = 0. */
export function isLoopbackName({ protocol, hostname, port }: URL, loopbackPort: number): boolean {
  return /^(http|ws):$/.test(protocol) && isLoopbackHost(hostname) && Number(port || 80) === loopbackPort;
}

/** The names that a Content-Security-Policy can hold (CSP3 §2.3.1: no IPv6, and of IPv4 `127.0.0.1` alone). */
export function policyNames(loopbackPort: number): readonly string[] {
  if (loopbackPort === 0) return [];
  return ["localhost", "127.0.0.1"].map((host) =>
    loopbackPort === 80 ? `http://${host}` : `http://${host}:${loopbackPort}`,
  );
}

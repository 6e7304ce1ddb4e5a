/**
 * A lock that a document holds as long as it lives (w3.org/TR/web-locks). Whoever asks for it gets it when the document has
 * gone, however it went: no other thing tells a service worker so at once.
 */

/** Takes one under a name of its own; undefined in browsers without locks, or where storage is blocked. */
export async function holdPageLock(): Promise<string | undefined> {
  const locks = (navigator as { readonly locks?: LockManager }).locks;
  const name = `culvert-${crypto.randomUUID()}`;
  return new Promise((resolve) => {
    const hold = (): Promise<never> => {
      resolve(name);
      return new Promise(() => {});
    };
    // Taken away from us by the app, whose origin this is: nobody is told anything that is not so, and pings tell the rest.
    if (locks === undefined) resolve(undefined);
    else locks.request(name, hold).catch(() => resolve(undefined));
  });
}

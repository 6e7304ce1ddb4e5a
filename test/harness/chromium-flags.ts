/** How tests and benches start Chromium. */

/** No sandbox: CI runs as root. No QUIC and no background traffic: nothing but the test is on the network. */
export const browserFlags = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** A locale with UTF-8, whatever the machine's: in the C locale Chromium drops names of files beyond ASCII. */
export const browserEnvironment = { ...process.env, LANG: "C.UTF-8" };

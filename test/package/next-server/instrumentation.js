/** Next calls this once, in the server's process. */
export async function register() {
  if (process.env.NEXT_RUNTIME === "nodejs") await import("./connector.js");
}

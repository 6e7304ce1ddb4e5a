/** The tunnel's engine as a chunk of its own, which the App View page loads while it already shows its bar. */
export { openAppView } from "@culvert/browser-client";

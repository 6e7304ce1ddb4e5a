/**
 * The boot document: the first thing an app origin shows. It waits until the service worker answers navigations and
 * then makes way for the app. Opened in a tab of its own without any App View, the worker leads on to the dashboard.
 */
import { readDocumentSettings } from "../courier/document-settings.ts";
import { registerWorker } from "../courier/worker-registration.ts";
import { bootAddress, readBootFragment } from "../ports/boot-mark.ts";
import { bootTarget, isOwn } from "./boot-target.ts";

const state = document.getElementById("state");

void boot();

async function boot(): Promise<void> {
  const settings = readDocumentSettings(document);
  if (settings === undefined) {
    say("This page was not set up by its server: it does not know its dashboard.");
    return;
  }
  if (!isOwn(location.pathname)) hideAddress();
  try {
    await registerWorker(settings);
  } catch (thrown) {
    say(thrown instanceof Error ? thrown.message : String(thrown));
    return;
  }
  const target = bootTarget(location);
  const { bootId } = readBootFragment(location.hash);
  if (isOwn(location.pathname)) {
    // The Referer of what follows: never one that somebody else put here.
    history.replaceState(null, "", bootId === undefined ? location.pathname : bootAddress(location.pathname, bootId));
  }
  // An address that differs from the present one by its hash alone would not be loaded.
  if (new URL(target, location.origin).href === location.href) location.reload();
  else location.replace(target);
}

/** Standing at an address of the app, the request for the worker's script must not tell it again. */
function hideAddress(): void {
  const policy = document.createElement("meta");
  policy.name = "referrer";
  policy.content = "no-referrer";
  document.head.append(policy);
}

function say(words: string): void {
  if (state !== null) state.textContent = words;
}

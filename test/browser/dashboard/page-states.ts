/** Every page of the dashboard but the App View, in every state. */
import { accountStates } from "./account-states.ts";
import { doorStates } from "./door-states.ts";
import { overviewStates } from "./overview-states.ts";
import type { PageState } from "./page-state.ts";
import { serverStates } from "./server-states.ts";

/** Names are unique: screenshots are called so. */
export const pageStates: readonly PageState[] = [...doorStates, ...serverStates, ...accountStates, ...overviewStates];

/** The table of all pictures: one file an area, each with the states of its pages. */
import { appViewScreens } from "./areas/app-view.ts";
import { overviewScreens } from "./areas/overview.ts";
import { pageStateScreens } from "./areas/page-states.ts";
import { serverScreens } from "./areas/servers.ts";
import { signInScreens } from "./areas/sign-in.ts";
import type { ScreenArea } from "./screen.ts";

export const areas: readonly ScreenArea[] = [
  signInScreens,
  serverScreens,
  overviewScreens,
  appViewScreens,
  ...pageStateScreens,
];

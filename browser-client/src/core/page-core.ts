/** The core for browsers in which a data channel cannot leave the page. */
import "./zod-config.ts";

export { ViewerCore } from "./viewer-core.ts";

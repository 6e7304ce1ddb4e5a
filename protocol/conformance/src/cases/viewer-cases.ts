/** The viewer's suite, in the order in which it runs. */
import type { ConformanceCase } from "../conformance-case.ts";
import type { ViewerStage } from "../viewer-stage.ts";
import { viewerHandshakeCases } from "./viewer-handshakes.ts";
import { viewerHttpCases } from "./viewer-http.ts";
import { viewerPathCases } from "./viewer-paths.ts";
import { viewerStreamCases } from "./viewer-streams.ts";

export const viewerCases: readonly ConformanceCase<ViewerStage>[] = [
  ...viewerHandshakeCases,
  ...viewerPathCases,
  ...viewerStreamCases,
  ...viewerHttpCases,
];

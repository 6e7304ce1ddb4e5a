export type { ServerOptions, SignalingServerOptions } from "./config/index.ts";
export {
  createSignalingServer,
  type ServerSurroundings,
  type SignalingServer,
  type SignInLink,
} from "./server/index.ts";

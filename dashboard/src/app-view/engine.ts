/** The tunnel's engine as a chunk of its own, which pages load while they already show something. */
export {
  type AgentDesk,
  acceptKey,
  approvalStringOf,
  conflictingPins,
  keepStorage,
  keysForApproval,
  markChecked,
  markLocked,
  newShareSecret,
  openAppView,
  openDesk,
  pinOf,
  provesServer,
  requirePin,
  shareCredentials,
} from "@culvert/browser-client";

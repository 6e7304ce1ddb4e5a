/** Loaded before the agent: makes it one of a protocol version that no server of this checkout speaks. */
import { protocolVersions } from "@culvert/protocol";

Object.assign(protocolVersions, { min: 99, max: 99 });

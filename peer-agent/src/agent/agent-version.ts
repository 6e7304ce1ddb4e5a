/** The version that this agent calls itself by. */
import packageJson from "../../package.json" with { type: "json" };

/** As in package.json. */
export const agentVersion: string = packageJson.version;

/** The connector is loaded by Node, not bundled: it brings a binary and files of its own. */
export default { serverExternalPackages: ["@culvert/peer-agent"] };

/** The kinds of path, as core and endpoint know them. */

/** How a path runs: joined signaling sockets, a data channel over host or reflexive candidates, or over TURN. */
export type PathKind = "relay" | "direct" | "turn";

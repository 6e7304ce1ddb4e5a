/** Names of the WebRTC libraries that can be asked for, known without loading one. */

export const libraryChoices = ["auto", "werift", "native"] as const;
export type LibraryChoice = (typeof libraryChoices)[number];

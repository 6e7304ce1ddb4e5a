/** Gives a person a file that this page made: it never leaves the browser. */

/** Saves parts as one file. */
export function saveFile(name: string, type: string, parts: readonly BlobPart[]): void {
  const address = URL.createObjectURL(new Blob([...parts], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The browser has taken the address once the click is over; it reads the file from memory.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

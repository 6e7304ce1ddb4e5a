/** The shim of workers as one line of script. The build puts it in the place of the name. */
declare const culvertShim: string;

/** The shim's text, for scripts of workers. */
export function shimSource(): string {
  return culvertShim;
}

/**
 * The lines that a tmux client in control mode writes (tmux(1), CONTROL MODE). Pure. Replies come in the order of commands,
 * each between `%begin` and `%end` or `%error`.
 */

export type ControlEvent =
  | { readonly type: "reply"; readonly isError: boolean; readonly lines: readonly string[] }
  /** Nothing comes after it. */
  | { readonly type: "exit"; readonly reason: string };

/** Takes text in any pieces. */
export class ControlLines {
  #rest = "";
  #reply: { readonly mark: string; readonly isOurs: boolean; readonly lines: string[] } | undefined;

  /** What is whole now. Notifications that nobody needs are left out. */
  push(text: string): ControlEvent[] {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    return lines.flatMap((line) => this.#take(line));
  }

  #take(line: string): ControlEvent[] {
    const [word = "", timestamp = "", number = "", flags = ""] = line.split(" ");
    const mark = `${timestamp} ${number}`;
    if (this.#reply !== undefined) {
      if ((word !== "%end" && word !== "%error") || mark !== this.#reply.mark) {
        this.#reply.lines.push(line);
        return [];
      }
      const { lines, isOurs } = this.#reply;
      this.#reply = undefined;
      return isOurs ? [{ type: "reply", isError: word === "%error", lines }] : [];
    }
    // Flag 1 marks replies to what this client sent; the first reply is to the command that started it.
    if (word === "%begin") this.#reply = { mark, isOurs: flags === "1", lines: [] };
    if (word === "%exit") return [{ type: "exit", reason: line.slice("%exit ".length) }];
    return [];
  }
}

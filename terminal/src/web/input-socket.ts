/**
 * The socket that a page types over. A share that is for reading gets none: the agent refuses WebSockets there, so a page
 * that may only look has no way to type.
 */
import { TunnelError } from "@culvert/protocol";
import type { ReceivedWebSocket, WebSocketChannel } from "@culvert/protocol/http";
import { type InputAnswer, inputRequestSchema } from "../link/session-words.ts";
import { decodeInput } from "../link/typed-input.ts";
import type { LiveSession } from "../sessions/live-session.ts";

export interface InputSocketOptions {
  readonly live: LiveSession;
  readonly viewerId: string;
  /** This run of the agent. */
  readonly agent: string;
}

/** Accepts the socket and serves it to its end. Rejects as the stream does. */
export async function serveInput(request: ReceivedWebSocket, options: InputSocketOptions): Promise<void> {
  const { live, viewerId, agent } = options;
  const channel = request.accept({ protocol: "", headers: [] });
  await say(channel, { type: "ready", agent, taken: live.takenBy(viewerId) });
  for (;;) {
    const event = await channel.receive();
    if (event.type === "close") return channel.close({ code: 1000, reason: "" });
    try {
      const fault =
        event.type === "text" ? await resize(options, event.text) : await type(channel, options, event.bytes);
      if (fault !== undefined) return await channel.close({ code: 1008, reason: fault });
    } catch (thrown) {
      // The session ended: the page learns it from the output.
      return await channel.close({ code: 1011, reason: TunnelError.from(thrown).code });
    }
  }
}

async function type(
  channel: WebSocketChannel,
  { live, viewerId }: InputSocketOptions,
  message: Uint8Array,
): Promise<string | undefined> {
  const input = decodeInput(message);
  if (input === undefined) return "not a message of input";
  if (!(await live.type(viewerId, input.number, input.bytes))) return "a message is missing";
  await say(channel, { type: "taken", taken: live.takenBy(viewerId) });
  return undefined;
}

async function resize({ live, viewerId }: InputSocketOptions, text: string): Promise<string | undefined> {
  const parsed = inputRequestSchema.safeParse(parse(text));
  if (!parsed.success) return "not a request";
  const { columns, rows } = parsed.data;
  await live.resize(viewerId, { columns, rows });
  return undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function say(channel: WebSocketChannel, answer: InputAnswer): Promise<void> {
  return channel.sendText(JSON.stringify(answer));
}

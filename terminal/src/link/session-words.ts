/** What page and agent say of sessions, as JSON. */
import { z } from "zod/mini";
import { terminalLimits } from "../limits.ts";

const size = { columns: z.int(), rows: z.int() };

/** One session in the list. */
export const listedSessionSchema = z.object({
  id: z.string(),
  prefix: z.string(),
  workspace: z.string(),
  slot: z.string(),
  /** `active`: wrote something within the last ten seconds. `ended`: only its transcript is left. */
  state: z.enum(["active", "quiet", "ended"]),
  /** The program in front; empty where it is not known. */
  command: z.string(),
  createdMs: z.nullable(z.number()),
  lastOutputMs: z.nullable(z.number()),
  /** When the agent last saw it alive; null for one that ended. */
  beatMs: z.nullable(z.number()),
  /** Bytes that it wrote since it began. */
  sequence: z.number(),
  /** What its transcript takes on disk. */
  keptBytes: z.number(),
  /** Pages that show it now, and terminals elsewhere. */
  viewers: z.int(),
  attached: z.int(),
  /** Null where no other terminal can have it. */
  attachCommand: z.nullable(z.string()),
});
export type ListedSession = z.infer<typeof listedSessionSchema>;

export const sessionListSchema = z.object({
  /** What runs sessions, and what is lost where it is not tmux. */
  backend: z.object({ type: z.enum(["tmux", "pty"]), lost: z.nullable(z.string()) }),
  prefix: z.string(),
  /** The clock of the machine, for what is relative. */
  nowMs: z.number(),
  sessions: z.array(listedSessionSchema),
});
export type SessionList = z.infer<typeof sessionListSchema>;

/** What is asked to start one. */
export const sessionStartSchema = z.object({
  workspace: z.string().check(z.maxLength(64)),
  slot: z.optional(z.string().check(z.maxLength(64))),
  /** Where it starts; the agent's own folder where it is left out. */
  folder: z.optional(z.string().check(z.maxLength(4096))),
  size: z.optional(z.object(size)),
});

/** How a session stands, in its output. */
export const sessionStatusSchema = z.object({
  ...size,
  state: z.enum(["live", "ended"]),
  title: z.string(),
  viewers: z.int(),
  /** The page whose window the size fits; null where another terminal or nobody said it. */
  sizedBy: z.nullable(z.string()),
});
export type SessionStatus = z.infer<typeof sessionStatusSchema>;

/** What the agent says on the socket of input. */
export const inputAnswerSchema = z.discriminatedUnion("type", [
  /** `agent`: this run of it. `taken`: the last message of this page that the session has. */
  z.object({ type: z.literal("ready"), agent: z.string(), taken: z.int() }),
  z.object({ type: z.literal("taken"), taken: z.int() }),
]);
export type InputAnswer = z.infer<typeof inputAnswerSchema>;

/** What a page says there beside typed bytes. */
export const inputRequestSchema = z.object({
  type: z.literal("resize"),
  columns: z.int().check(z.minimum(terminalLimits.columns.min), z.maximum(terminalLimits.columns.max)),
  rows: z.int().check(z.minimum(terminalLimits.rows.min), z.maximum(terminalLimits.rows.max)),
});
export type InputRequest = z.infer<typeof inputRequestSchema>;

/** A page's own name, of its making. */
export const viewerIdPattern = /^[0-9a-f]{16}$/;

/** Answers that are failures. */
export const failureSchema = z.object({ error: z.object({ code: z.string(), message: z.string(), hint: z.string() }) });

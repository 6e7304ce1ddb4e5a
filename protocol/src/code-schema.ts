/** A code inside messages and objects of a peer, by its name. */
import { z } from "zod";
import { type Code, isCode } from "./codes.ts";

/** One of our codes; a name that this version does not know does not fit. */
export const codeSchema = z.custom<Code>((value) => typeof value === "string" && isCode(value), "unknown code");

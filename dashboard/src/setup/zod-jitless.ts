/**
 * Keeps zod from compiling parsers with `new Function`, which the dashboard's policy forbids.
 * Invariant: runs before the first schema is made; vite.config.ts puts it into zod's own chunk for that.
 */
import { z } from "zod";

z.config({ jitless: true });

/** The page's policy forbids making code from text, which zod would try. Imported before any schema. */
import { config } from "zod/mini";

config({ jitless: true });

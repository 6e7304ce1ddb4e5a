/** Imported before any schema is made: zod must not probe for `eval`, which the dashboard's CSP forbids and reports. */
import { z } from "zod";

z.config({ jitless: true });

/** How a state looks: each tone has a colour and a shape of its own and never stands without its word. */
export type Tone = "ready" | "connecting" | "degraded" | "lost" | "offline";

/**
 * Loaded into every program that program.ts starts: where the process that started it is gone, whatever way, the program
 * ends itself. Its end of the channel to that process notices.
 */
process.on("disconnect", () => process.kill(process.pid, "SIGTERM"));
process.channel?.unref();

import type { HeavyBell } from '#queue/heavy-bell.js';

/** A worker that has heard nothing for this long while jobs wait is dead, whatever its connection says. */
const SILENT_MS_MAX = 30_000;
const CHECK_MS = 5_000;

/** One step of the watch over the queue's worker. @returns milliseconds to rest */
export async function watchStep(bell: HeavyBell, silentMs: () => number, onDead: () => void): Promise<number> {
  if (silentMs() > SILENT_MS_MAX && (await bell.holding()).waiting > 0) onDead();
  return CHECK_MS;
}

import type { WarmUpTime } from './protocol.js';
import { runSizes } from './run-sizes.js';
import { syntheticViews } from './synthetic-views.js';
import type { ModelSession } from '../models/session.js';

/** Runs per size after the first: a median of fewer is noise, more cost start-up time. */
const STEADY_RUNS = 5;
/** A size whose steady runs took this long is timed well enough: the heavy model at 16 takes over a second a run. */
const STEADY_MS_MAX = 500;

/**
 * Runs a session at every batch size it will use, on synthetic views, and times it.
 *
 * @param viewBytes bytes of one view: size × size × 3
 * @throws what the session throws: a model that cannot answer synthetic views is not to be served
 */
export async function warmUp(
  session: Pick<ModelSession, 'run'>,
  viewBytes: number,
  inferenceBatch: number,
): Promise<WarmUpTime[]> {
  const times: WarmUpTime[] = [];
  for (const batch of runSizes(inferenceBatch)) {
    const views = syntheticViews(viewBytes, batch);
    const firstMs = await timed(session, views);
    times.push({ batch, firstMs, steadyMs: await steady(session, views) });
  }
  return times;
}

async function steady(session: Pick<ModelSession, 'run'>, views: readonly Uint8Array[]): Promise<number> {
  const times: number[] = [];
  let spentMs = 0;
  while (times.length < STEADY_RUNS && (times.length === 0 || spentMs < STEADY_MS_MAX)) {
    const ms = await timed(session, views);
    times.push(ms);
    spentMs += ms;
  }
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
}

async function timed(session: Pick<ModelSession, 'run'>, views: readonly Uint8Array[]): Promise<number> {
  const begun = performance.now();
  await session.run(views);
  return performance.now() - begun;
}

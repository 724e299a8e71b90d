import { setImmediate } from 'node:timers/promises';

import { STARTING_POLICY, type PolicyDocument } from '#moderation/policy.js';
import { applyChanges } from '#moderation/policy-diff.js';
import { Replay } from '#moderation/replay/replay.js';
import type { ReplayResult } from '#moderation/replay/replay-result.js';
import type { ScoreColumns } from '#moderation/replay/score-columns.js';

import type { BenchContext } from '../bench-context.js';
import type { BenchResult } from '../bench-result.js';
import { drawnScores } from './drawn-scores.js';
import type { ReplayBenchOptions } from './replay-bench-options.js';
import { replayResult, type ReplayRound } from './replay-bench-result.js';
import { timeStored } from './time-stored.js';

/** As the console reads them: a replay never has more of them at once. */
const PAGE = 2_000;
const SEED = 26;
const MEGABYTE = 1_048_576;

/** Policies that are tried against the starting one: dear ones and plain ones. */
const TRIED: readonly { readonly what: string; readonly policy: PolicyDocument }[] = [
  { what: 'the same policy', policy: STARTING_POLICY },
  {
    what: 'two thresholds moved',
    policy: applyChanges(STARTING_POLICY, [
      { path: '/thresholds/sexual.explicit/fast/blockFrom', from: 0.75, to: 0.6 },
      { path: '/thresholds/sexual.suggestive/heavy/clearBelow', from: 0.6, to: 0.4 },
    ]),
  },
  {
    what: 'with rules about close scores',
    policy: applyChanges(STARTING_POLICY, [
      { path: '/transitions/late_block/sexual.explicit', from: { do: 'apply' }, to: close(0.1) },
      { path: '/transitions/late_release/sexual.explicit', from: { do: 'apply' }, to: close(0.1) },
    ]),
  },
];

/** How long a replay takes: of the core over scores in memory, and as people ask for it over what is stored. */
export async function benchReplay(context: BenchContext, options: ReplayBenchOptions): Promise<BenchResult> {
  const { assets, rounds, stored } = options;
  const pages = pagesOf(assets);
  const measured: ReplayRound[] = [];
  for (let round = 0; round < rounds; round += 1) {
    for (const { what, policy } of TRIED) {
      // an interrupt is heard between two replays
      await setImmediate();
      context.signal.throwIfAborted();
      measured.push({ what, ...timeReplay(pages, policy) });
    }
  }
  return replayResult(options, measured, await timeStored(context, stored));
}

function timeReplay(pages: readonly ScoreColumns[], policy: PolicyDocument): Omit<ReplayRound, 'what'> {
  const heapBefore = process.memoryUsage().heapUsed;
  const began = performance.now();
  const replay = new Replay(STARTING_POLICY, policy);
  for (const page of pages) replay.add(page, String);
  const result: ReplayResult = replay.result();
  const ms = performance.now() - began;
  return { ms, changed: result.changed, heapMegabytes: (process.memoryUsage().heapUsed - heapBefore) / MEGABYTE };
}

function pagesOf(assets: number): ScoreColumns[] {
  const pages: ScoreColumns[] = [];
  for (let drawn = 0; drawn < assets; drawn += PAGE) {
    pages.push(drawnScores(Math.min(PAGE, assets - drawn), SEED + drawn));
  }
  return pages;
}

function close(margin: number) {
  return { do: 'apply_unless_close', margin } as const;
}

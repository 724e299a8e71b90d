import type { PastDecision } from './history.js';
import type { Judgement } from './judge.js';
import type { LateDefault } from './policy.js';
import { isHuman, served, standing } from './standing.js';
import type { Cause, ProvisionalVerdict } from './words.js';

/** What became of an asset when the time its final was promised for had passed: it was `marked` only, or `blocked` too. */
export type LateEffect = 'marked' | 'blocked';

/** A late asset's new decision, which stands until the final comes. */
export interface LateBlock {
  readonly revision: number;
  readonly supersedes: number;
  readonly judgement: Judgement<ProvisionalVerdict>;
}

/** What an asset's row and history say about its promise. */
export interface RecordedPromise {
  readonly ifLate: LateDefault;
  /** Epoch milliseconds. */
  readonly finalByMs: number;
  readonly decisions: readonly (PastDecision & { readonly cause: Cause | null })[];
}

/**
 * What is done about an asset whose final was promised for a time that has passed. Only what is still provisional and
 * served is blocked: whatever came later than the promise, a person or the final itself, knows better.
 *
 * @param history every decision so far
 * @returns undefined when nothing changes but the mark
 */
export function lateBlock(history: readonly PastDecision[], ifLate: LateDefault): LateBlock | undefined {
  const before = standing(history);
  if (before === undefined || ifLate !== 'block' || before.stage !== 'provisional' || isHuman(before.source)) {
    return undefined;
  }
  if (!served(history)) return undefined;
  return {
    revision: Math.max(...history.map(({ revision }) => revision)) + 1,
    supersedes: before.revision,
    judgement: { verdict: 'block', band: null, source: 'default', reasons: [{ code: 'final_late' }] },
  };
}

/** Every claim about late decisions that a history must hold, with what is said of one that does not. */
export function latenessClaims({ ifLate, finalByMs, decisions }: RecordedPromise): [boolean, string][] {
  const late = decisions.filter(({ cause }) => cause === 'late');
  const firstFinal = decisions.find(({ stage }) => stage === 'final')?.revision ?? Infinity;
  return [
    [late.length <= 1, `it was blocked ${late.length} times for being late`],
    [late.length === 0 || ifLate === 'block', 'it was blocked for being late, and that was not promised'],
    [late.every(({ revision }) => revision < firstFinal), 'it was blocked for being late after it had its final'],
    [late.every(({ decidedAtMs }) => decidedAtMs >= finalByMs), 'it was blocked for being late before it was'],
    [
      late.every(
        ({ stage, verdict, source }) => stage === 'provisional' && verdict === 'block' && source === 'default',
      ),
      'what was decided for its being late is not the block that was promised',
    ],
  ];
}

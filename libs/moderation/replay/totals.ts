import type { Tier, Transition } from '../words.js';
import { ALLOW, BLOCK, REVIEW } from './policy-table.js';
import type { ReplayTotals, VerdictCounts } from './replay-result.js';
import { NOTHING, verdictIn, type Weighed } from './weigh.js';

/** What a final does to the verdict before it, by both: 3·provisional + final, as `reconcile` names it. */
const TRANSITION_OF = [
  'confirmed_allow',
  'late_block',
  'needs_review',
  'late_release',
  'confirmed_block',
  'needs_review',
] as const satisfies Transition[];

/** Counts what one policy makes of assets. */
export class Totals {
  private readonly provisional = new Float64Array(3);
  private readonly final = new Float64Array(3);
  private readonly pairs = new Float64Array(TRANSITION_OF.length);
  private held = 0;

  add({ provisional, final, held }: Weighed): void {
    const before = verdictIn(provisional);
    this.provisional[before] = (this.provisional[before] ?? 0) + 1;
    if (final === NOTHING) return;
    const after = verdictIn(final);
    const pair = 3 * before + after;
    this.final[after] = (this.final[after] ?? 0) + 1;
    this.pairs[pair] = (this.pairs[pair] ?? 0) + 1;
    if (held) this.held += 1;
  }

  /** How many assets have a verdict of a tier. */
  judged(tier: Tier): number {
    return (tier === 'fast' ? this.provisional : this.final).reduce((sum, count) => sum + count, 0);
  }

  told(): ReplayTotals {
    const count = (transition: Transition): number =>
      TRANSITION_OF.reduce((sum, one, pair) => sum + (one === transition ? (this.pairs[pair] ?? 0) : 0), 0);
    return {
      provisional: countsOf(this.provisional),
      final: countsOf(this.final),
      transitions: {
        confirmed_allow: count('confirmed_allow'),
        confirmed_block: count('confirmed_block'),
        late_block: count('late_block'),
        late_release: count('late_release'),
        needs_review: count('needs_review'),
      },
      held: this.held,
    };
  }
}

const countsOf = (counts: Float64Array): VerdictCounts => ({
  allow: counts[ALLOW] ?? 0,
  block: counts[BLOCK] ?? 0,
  review: counts[REVIEW] ?? 0,
});

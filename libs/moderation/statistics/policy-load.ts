import type { PolicyDocument } from '../policy.js';
import { compilePolicy } from '../replay/policy-table.js';
import type { ReplayTotals } from '../replay/replay-result.js';
import type { ScoreColumns } from '../replay/score-columns.js';
import { Totals } from '../replay/totals.js';
import { bandIn, weigh, weighed } from '../replay/weigh.js';

/** What a policy makes of a sample. */
export interface PolicyLoad extends Omit<ReplayTotals, 'transitions'> {
  /** That the fast tier leaves uncertain. */
  readonly uncertain: number;
  /** Cases for people: what a final leaves to them, and every late block, which they look at afterwards. */
  readonly reviews: number;
}

const UNCERTAIN = 1;

/** How much a policy allows, blocks and leaves open. */
export function policyLoad(columns: ScoreColumns, document: PolicyDocument): PolicyLoad {
  const table = compilePolicy(document);
  const totals = new Totals();
  const into = weighed();
  let uncertain = 0;
  for (let row = 0; row < columns.count; row += 1) {
    weigh(table, columns, row, into);
    totals.add(into);
    if (bandIn(into.provisional) === UNCERTAIN) uncertain += 1;
  }
  const { provisional, final, held, transitions } = totals.told();
  return { provisional, final, held, uncertain, reviews: final.review + transitions.late_block };
}

import Table from 'cli-table3';

import type { Handled } from './submit-files.js';
import type { Outcome, OutcomeKind } from './outcome.js';

const KINDS: readonly OutcomeKind[] = ['allowed', 'blocked', 'refused', 'failed'];

/** What became of each, for people. */
export function submitTable(handled: readonly Handled[]): string {
  const table = new Table({
    head: ['image', 'outcome', 'stage', 'why', 'asset'],
    style: { head: [], border: [], compact: true },
  });
  for (const { name, outcome } of handled) {
    const asset = assetOf(outcome);
    table.push([name, outcome.kind, asset?.decision.stage ?? '', whyOf(outcome), asset?.id ?? '']);
  }
  return `${table.toString()}\n`;
}

/** What became of all together. @param total how many there were to submit */
export function summaryText(handled: readonly Handled[], total: number, isStopped: boolean): string {
  const counts = KINDS.flatMap((kind) => {
    const count = handled.filter(({ outcome }) => outcome.kind === kind).length;
    return count === 0 ? [] : [`${count} ${kind}`];
  });
  const left = total - handled.length;
  const unbegun = left === 0 ? '' : `, ${left} not begun`;
  return `${isStopped ? 'stopped: ' : ''}${counts.length === 0 ? 'nothing submitted' : counts.join(', ')}${unbegun}\n`;
}

/** One line for programs. */
export function submitLine({ name, outcome }: Handled): string {
  const asset = assetOf(outcome);
  const said = 'detail' in outcome ? { code: outcome.code, detail: outcome.detail } : { code: null, detail: null };
  return `${JSON.stringify({ name, outcome: outcome.kind, ...said, asset })}\n`;
}

const assetOf = (outcome: Outcome) => ('asset' in outcome ? outcome.asset : null);

function whyOf(outcome: Outcome): string {
  if ('detail' in outcome) return outcome.detail;
  const { decision, transition } = outcome.asset;
  const reasons = decision.reasons.map(({ code, label }) => (label === undefined ? code : `${code} ${label}`));
  return [transition ?? [], reasons.length === 0 ? decision.source : reasons].flat().join(', ');
}

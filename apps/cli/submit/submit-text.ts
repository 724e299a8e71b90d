import { shortenedPath } from '../table/folded-text.js';
import { fittedTable, terminalWidth } from '../table/fitted-table.js';
import type { Handled, Outcome, OutcomeKind } from './outcome.js';

const KINDS: readonly OutcomeKind[] = ['allowed', 'blocked', 'refused', 'failed'];

/** Narrower terminals have an image's asset below its name, and its stage below its outcome. */
const WIDE = 140;
/** An id, which people copy whole. */
const ID_CHARACTERS = 36;
const FOLDED = 10;

/** What became of each, for people. @param width characters in a line of their terminal */
export function submitTable(handled: readonly Handled[], width: number = terminalWidth()): string {
  const isWide = width >= WIDE;
  const why = { head: 'why', foldsTo: FOLDED };
  const columns = isWide
    ? [{ head: 'image' }, { head: 'outcome' }, { head: 'stage' }, why, { head: 'asset' }]
    : [{ head: 'image, asset' }, { head: 'outcome' }, why];
  const rows = handled.map(({ name, outcome }) => {
    const asset = assetOf(outcome);
    const image = shortenedPath(name, isWide ? Math.floor(width / 3) : ID_CHARACTERS);
    const [stage, id] = [asset?.decision.stage ?? '', asset?.id ?? ''];
    if (isWide) return [image, outcome.kind, stage, whyOf(outcome), id];
    return [lines(image, id), lines(outcome.kind, stage), whyOf(outcome)];
  });
  return fittedTable(columns, rows, width);
}

const lines = (...texts: readonly string[]): string => texts.filter((text) => text !== '').join('\n');

/** What is missing of a run that was stopped. */
export interface Missing {
  /** Images that were never begun. */
  readonly unbegun: number;
  /** Images that were begun, and nobody knows what became of them. */
  readonly interrupted: number;
}

/** What became of all together. */
export function summaryText(
  handled: readonly Handled[],
  { unbegun, interrupted }: Missing,
  isStopped: boolean,
): string {
  const counts = KINDS.flatMap((kind) => {
    const count = handled.filter(({ outcome }) => outcome.kind === kind).length;
    return count === 0 ? [] : [`${count} ${kind}`];
  });
  const known = counts.length === 0 ? ['nothing submitted'] : counts;
  const broken = interrupted === 0 ? [] : [`${interrupted} interrupted`];
  const left = unbegun === 0 ? [] : [`${unbegun} not begun`];
  return `${isStopped ? 'stopped: ' : ''}${[...known, ...broken, ...left].join(', ')}\n`;
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

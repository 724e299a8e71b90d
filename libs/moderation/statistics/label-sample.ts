import { FINDINGS, type Finding } from '../label.js';
import { scoreColumns, WIDTH, type ScoreColumns } from '../replay/score-columns.js';
import { TIERS, type Tier, type Verdict } from '../words.js';

/** What stands of an asset, by number: the colours of a histogram. `pending`: there is no final yet. */
export const STANDING_OF = ['allow', 'block', 'review', 'pending'] as const;
export type StandingName = (typeof STANDING_OF)[number];

/** What a person has decided of an asset, by number; a block for a label is `HUMAN.blockFor` and the label's number more. */
export const HUMAN = { none: 0, allow: 1, blockFor: 2, blockForNone: 2 + WIDTH } as const;

/** How many assets each version of a model scored, by its id. */
export type ModelCounts = ReadonlyMap<string, number>;

/** Scores of assets with what became of them, column by column. */
export interface LabelSample {
  readonly columns: ScoreColumns;
  /** A number of `STANDING_OF` each. */
  readonly standing: Uint8Array;
  /** A number of `HUMAN` each. */
  readonly human: Uint8Array;
  readonly models: Readonly<Record<Tier, ModelCounts>>;
}

export const standingNumber = (final: Verdict | null): number => STANDING_OF.indexOf(final ?? 'pending');

/** @param verdict a person's; null where nobody has decided @param label what they blocked it for */
export function humanNumber(verdict: Verdict | null, label: Finding | null): number {
  if (verdict === null || verdict === 'review') return HUMAN.none;
  if (verdict === 'allow') return HUMAN.allow;
  return label === null ? HUMAN.blockForNone : HUMAN.blockFor + FINDINGS.indexOf(label);
}

/** Whether a person's decision says that a label is there (true) or not (false); null where it says neither. */
export function truthOf(human: number, label: number): boolean | null {
  if (human === HUMAN.allow) return false;
  // whoever blocks for one label has not said that there is no other
  return human === HUMAN.blockFor + label ? true : null;
}

/** Pages of a sample as one. */
export function joinSamples(pages: readonly LabelSample[]): LabelSample {
  const columns = scoreColumns(pages.reduce((sum, page) => sum + page.columns.count, 0));
  const models = { fast: new Map<string, number>(), heavy: new Map<string, number>() };
  const joined = { columns, standing: new Uint8Array(columns.count), human: new Uint8Array(columns.count), models };
  let row = 0;
  for (const { columns: page, standing, human, models: counts } of pages) {
    for (const tier of TIERS) for (const [id, count] of counts[tier]) addTo(models[tier], id, count);
    columns.fast.set(page.fast, row * WIDTH);
    columns.heavy.set(page.heavy, row * WIDTH);
    columns.fastState.set(page.fastState, row);
    columns.heavyState.set(page.heavyState, row);
    columns.flags.set(page.flags, row);
    joined.standing.set(standing, row);
    joined.human.set(human, row);
    row += page.count;
  }
  return joined;
}

/** Counts what a version of a model scored. */
export function addTo(counts: Map<string, number>, modelId: string, count: number): void {
  counts.set(modelId, (counts.get(modelId) ?? 0) + count);
}

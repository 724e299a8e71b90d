import type { Finding } from '#moderation/label.js';
import type { AffectedAsset, ReplayResult, TransitionCounts } from '#moderation/replay/replay-result.js';
import type { Tier, Transition, Verdict } from '#moderation/words.js';

const VERDICTS = ['allow', 'review', 'block'] as const satisfies readonly Verdict[];

/** How many assets a policy takes from one verdict to another: a table of from by to. */
export interface VerdictMoves {
  /** Those that occur, in their order. */
  readonly verdicts: readonly Verdict[];
  readonly rows: readonly {
    readonly from: Verdict;
    readonly counts: readonly { readonly to: Verdict; readonly count: number }[];
  }[];
}

/** What becomes of verdicts in one tier. The diagonal is what stays as it is. */
export function verdictMoves(result: ReplayResult, tier: Tier): VerdictMoves {
  const of = tier === 'fast' ? 'provisional' : 'final';
  const [before, after] = [result.before[of], result.after[of]];
  const verdicts = VERDICTS.filter((verdict) => before[verdict] > 0 || after[verdict] > 0);
  const moved = (from: Verdict, to: Verdict): number =>
    result.changes
      .filter((change) => change.tier === tier && change.from.verdict === from && change.to.verdict === to)
      .reduce((sum, { count }) => sum + count, 0);
  const rows = verdicts.map((from) => {
    const left = verdicts.filter((to) => to !== from).reduce((sum, to) => sum + moved(from, to), 0);
    const counts = verdicts.map((to) => ({ to, count: to === from ? before[from] - left : moved(from, to) }));
    return { from, counts };
  });
  return { verdicts, rows };
}

/** What a policy does about one label, in the final verdicts. */
export interface LabelMoves {
  /** Null: none stood against it. */
  readonly label: Finding | null;
  readonly newlyBlocked: number;
  readonly noLongerBlocked: number;
  readonly newlyAsked: number;
  readonly noLongerAsked: number;
}

/** Changes of final verdicts by the label that they are about; those that change most come first. */
export function labelMoves({ changes }: ReplayResult): LabelMoves[] {
  const moves = new Map<Finding | null, LabelMoves>();
  for (const { tier, from, to, count } of changes) {
    if (tier !== 'heavy' || from.verdict === to.verdict) continue;
    const label = from.label ?? to.label;
    const known = moves.get(label) ?? NONE;
    moves.set(label, {
      label,
      newlyBlocked: known.newlyBlocked + (to.verdict === 'block' ? count : 0),
      noLongerBlocked: known.noLongerBlocked + (from.verdict === 'block' ? count : 0),
      newlyAsked: known.newlyAsked + (to.verdict === 'review' ? count : 0),
      noLongerAsked: known.noLongerAsked + (from.verdict === 'review' ? count : 0),
    });
  }
  const size = (of: LabelMoves): number => of.newlyBlocked + of.noLongerBlocked + of.newlyAsked + of.noLongerAsked;
  return [...moves.values()].sort((a, b) => size(b) - size(a));
}

const NONE: Omit<LabelMoves, 'label'> = { newlyBlocked: 0, noLongerBlocked: 0, newlyAsked: 0, noLongerAsked: 0 };

const TRANSITIONS = [
  'confirmed_allow',
  'confirmed_block',
  'late_block',
  'late_release',
  'needs_review',
] as const satisfies readonly Transition[];

/** How often each transition comes under both policies, with the difference. */
export const transitionRows = (
  before: TransitionCounts,
  after: TransitionCounts,
): { readonly transition: Transition; readonly before: number; readonly after: number; readonly more: number }[] =>
  TRANSITIONS.map((transition) => ({
    transition,
    before: before[transition],
    after: after[transition],
    more: after[transition] - before[transition],
  }));

/** The label that an asset's change is about. */
export const labelOf = ({ from, to }: AffectedAsset): Finding | null => from.label ?? to.label;

import type { OwnDecisionAnswer } from '#contracts/review-answer.js';

/** Decisions that were one decision about many cases, as far as they have been read. */
export interface ManyRow {
  readonly kind: 'many';
  readonly bulkId: string;
  /** The newest of them: all say the same. */
  readonly first: OwnDecisionAnswer;
  readonly count: number;
  /** Of these, those that stand. */
  readonly undoable: number;
  /** There may be more of them than have been read. */
  readonly isCut: boolean;
}

/** A row of one's own decisions: a decision, or what stands above those that were one. */
export type DecisionRow = ManyRow | { readonly kind: 'one'; readonly decision: OwnDecisionAnswer };

/** What somebody decided, with a row above those that were one decision about many cases. @param hasMore there is more to read */
export function rowsOf(decisions: readonly OwnDecisionAnswer[], hasMore: boolean): DecisionRow[] {
  const last = decisions.at(-1);
  const seen = new Set<string>();
  return decisions.flatMap((decision): DecisionRow[] => {
    const { bulkId } = decision;
    const one: DecisionRow = { kind: 'one', decision };
    if (bulkId === null || seen.has(bulkId)) return [one];
    seen.add(bulkId);
    const all = decisions.filter((other) => other.bulkId === bulkId);
    const isCut = hasMore && last?.bulkId === bulkId;
    if (all.length === 1 && !isCut) return [one];
    const undoable = all.filter((other) => other.undoable).length;
    return [{ kind: 'many', bulkId, first: decision, count: all.length, undoable, isCut }, one];
  });
}

import type { DataSource } from 'typeorm';

import { withDatabase } from './errors.js';
import type { DecisionKey } from './review-lessons.js';
import { undoDecisions, type Undoing, type Undone } from './review-undo.js';

export type BulkUndone =
  | { readonly kind: 'refused'; readonly why: 'unknown' | 'not_own' }
  | { readonly kind: 'undone'; readonly undone: number; readonly kept: number };

/** Takes people's decisions back. */
export class ReviewUndoStore {
  constructor(private readonly database: DataSource) {}

  /** One decision; its case is open again, and held by whoever takes it back. */
  undo(decision: DecisionKey, undoing: Undoing): Promise<Undone> {
    return withDatabase(() =>
      this.database.transaction(async (transaction) => {
        const [undone] = await undoDecisions(transaction, [decision], undoing);
        if (undone === undefined) throw new Error('a decision that is to be taken back has an outcome');
        return undone;
      }),
    );
  }

  /** Whatever still stands of a bulk decision, in one transaction; a second time nothing does. */
  undoBulk(id: string, undoing: Undoing): Promise<BulkUndone> {
    return withDatabase(() =>
      this.database.transaction(async (transaction): Promise<BulkUndone> => {
        const [bulk] = await transaction.query<{ decidedBy: string }[]>(
          `SELECT decided_by AS "decidedBy" FROM bulk_decision WHERE id = $1 FOR UPDATE`,
          [id],
        );
        if (bulk === undefined) return { kind: 'refused', why: 'unknown' };
        const { who } = undoing;
        if (bulk.decidedBy !== who.name && !who.senior) return { kind: 'refused', why: 'not_own' };
        const decisions = await transaction.query<DecisionKey[]>(
          `SELECT asset_id AS "assetId", revision FROM bulk_decision_item WHERE bulk_id = $1 ORDER BY asset_id`,
          [id],
        );
        const outcomes = await undoDecisions(transaction, decisions, undoing);
        const undone = outcomes.filter(({ kind }) => kind === 'undone').length;
        await transaction.query(
          `UPDATE bulk_decision SET undone_by = coalesce(undone_by, $2), undone_at = coalesce(undone_at, now())
           WHERE id = $1`,
          [id, who.name],
        );
        return { kind: 'undone', undone, kept: outcomes.length - undone };
      }),
    );
  }
}

import { Problem } from '#contracts/problems.js';
import type { OwnDecisionAnswer, OwnDecisionPage } from '#contracts/review-answer.js';
import type { OwnDecisionQuery } from '#contracts/decision-query.js';
import type { OwnDecision, OwnPlace, ReviewOwnStore } from '#persistence/review-own-store.js';

import { decisionId } from './decision-id.js';

const CURSOR = /^(\d{1,17})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** What somebody decided, so that they can take it back. */
export class OwnDecisions {
  constructor(private readonly decisions: ReviewOwnStore) {}

  /** @throws Problem `invalid-request` for a cursor that no page gave */
  async list({ limit, cursor }: OwnDecisionQuery, moderator: string): Promise<OwnDecisionPage> {
    const after = cursor === undefined ? undefined : placeOf(cursor);
    const rows = await this.decisions.page(moderator, limit + 1, after);
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    return {
      items: page.map(presentOwn),
      next: rows.length > limit && last !== undefined ? `${last.decidedMicros}.${last.assetId}` : null,
    };
  }
}

const presentOwn = (decision: OwnDecision): OwnDecisionAnswer => ({
  id: decisionId(decision),
  assetId: decision.assetId,
  reviewId: decision.reviewId,
  revision: decision.revision,
  verdict: decision.verdict,
  policyLabel: decision.policyLabel,
  labels: decision.labels,
  note: decision.note,
  decidedAt: decision.decidedAt.toISOString(),
  bulkId: decision.bulkId,
  undoable: decision.undoable,
});

function placeOf(cursor: string): OwnPlace {
  const [, decidedMicros, assetId] = CURSOR.exec(cursor) ?? [];
  if (decidedMicros !== undefined && assetId !== undefined) return { decidedMicros, assetId };
  throw new Problem('invalid-request', 'Some fields are wrong; `errors` names each of them.', {
    errors: [{ pointer: '/cursor', detail: 'must be the `next` of an earlier page' }],
  });
}

import type { DeadLetterAnswer, DeadLetterDetailAnswer } from '#contracts/dead-letter-answer.js';
import { explainDeadLetter } from '#moderation/dead-letter.js';
import { isHuman } from '#moderation/standing.js';
import type { DeadLetter, DeadLetterDetail } from '#persistence/dead-letter-store.js';
import type { BytesPresence } from '#storage/asset-bytes.js';

import { presentAsset } from '../reviews/present-detail.js';

export const presentDeadLetter = (letter: DeadLetter): DeadLetterAnswer => ({
  id: letter.id,
  assetId: letter.assetId,
  class: letter.class,
  reason: letter.reason,
  attempts: letter.attempts,
  detail: letter.detail,
  createdAt: letter.createdAt.toISOString(),
  closedAt: letter.closedAt?.toISOString() ?? null,
  closedBy: letter.closedBy,
  closedHow: letter.closedHow,
  note: letter.note,
});

/** A dead letter with what explains it. @param bytes whether those of its asset are there */
export function presentDetail(detail: DeadLetterDetail, bytes: BytesPresence): DeadLetterDetailAnswer {
  const { asset, standing, reviewId, pending, earlier } = detail;
  return {
    ...presentDeadLetter(detail),
    explanation: explainDeadLetter({ ...detail, humanDecided: isHuman(standing.source), bytes }),
    asset: presentAsset(asset),
    standing: {
      revision: standing.revision,
      stage: standing.stage,
      verdict: standing.verdict,
      source: standing.source,
      reasons: standing.reasons,
      decidedAt: standing.decidedAt.toISOString(),
    },
    reviewId,
    pending,
    earlier,
    bytes,
  };
}

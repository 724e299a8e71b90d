import type { DataSource } from 'typeorm';

import type { AssetDetailAnswer } from '#contracts/asset-list-answer.js';

import { CASE_OF, LATE, LETTER_OF, WAITING } from './asset-list-marks.js';
import { AssetEntity } from './entities/asset.entity.js';
import { withDatabase } from './errors.js';
import { DECISIONS, SCORES, type ReconciledDecision, type WeighedScores } from './review-detail-store.js';

/** How an asset stands, beside its own row. */
type Marks = Pick<AssetDetailAnswer, 'clientName' | 'late' | 'waiting' | 'review' | 'deadLetterId'>;

/** An asset with everything that was decided about it. */
export interface AssetDetail extends Marks {
  readonly asset: AssetEntity;
  /** First to newest. */
  readonly decisions: readonly ReconciledDecision[];
  /** In the order of the decisions. */
  readonly scores: readonly WeighedScores[];
}

/** Reads an asset of any client, whether it has a case or not. */
export class AssetDetailStore {
  constructor(private readonly database: DataSource) {}

  /** All parts as of one moment; undefined for an id that no asset has. */
  find(id: string): Promise<AssetDetail | undefined> {
    return withDatabase(() =>
      this.database.transaction('REPEATABLE READ', async (snapshot) => {
        const asset = await snapshot.findOneBy(AssetEntity, { id });
        const [marks] = await snapshot.query<Marks[]>(MARKS, [id]);
        if (asset === null || marks === undefined) return undefined;
        return {
          ...marks,
          asset,
          decisions: await snapshot.query<ReconciledDecision[]>(DECISIONS, [id]),
          scores: await snapshot.query<WeighedScores[]>(SCORES, [id]),
        };
      }),
    );
  }
}

const MARKS = `
  SELECT c.name AS "clientName", ${LATE} AS late, ${WAITING} AS waiting, ${CASE_OF} AS review,
    ${LETTER_OF} AS "deadLetterId"
  FROM asset a JOIN client c ON c.id = a.client_id WHERE a.id = $1`;

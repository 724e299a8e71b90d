import type { DataSource } from 'typeorm';

import { withDatabase } from './errors.js';

/** Work that ended without success, kept with its reason. */
export interface DeadLetter {
  readonly assetId: string;
  readonly reason: string;
  readonly attempts: number;
  readonly detail: string;
  readonly createdAt: Date;
}

export class DeadLetterStore {
  constructor(private readonly database: DataSource) {}

  /** The newest ones first. */
  list(most: number): Promise<DeadLetter[]> {
    return withDatabase(() =>
      this.database.query<DeadLetter[]>(
        `SELECT asset_id AS "assetId", reason, attempts, detail, created_at AS "createdAt"
         FROM dead_letter ORDER BY id DESC LIMIT $1`,
        [most],
      ),
    );
  }
}

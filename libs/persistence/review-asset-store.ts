import type { DataSource } from 'typeorm';

import { withDatabase } from './errors.js';

/** As much of an asset as finds its bytes. */
export interface ReviewedBytes {
  /** In hex; empty once it is erased. */
  readonly sha256: string;
  readonly erased: boolean;
}

/** Finds assets for moderators, of whatever client. */
export class ReviewAssetStore {
  constructor(private readonly database: DataSource) {}

  /** Undefined for an id that no asset has. */
  async find(id: string): Promise<ReviewedBytes | undefined> {
    const rows = await withDatabase(() => this.database.query<ReviewedBytes[]>(FIND, [id]));
    return rows[0];
  }
}

const FIND = `SELECT encode(sha256, 'hex') AS sha256, erased_at IS NOT NULL AS erased FROM asset WHERE id = $1`;

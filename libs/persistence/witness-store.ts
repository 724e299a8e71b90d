import type { DataSource } from 'typeorm';

import { withDatabase } from './errors.js';

/** An asset as its bytes are asked for. */
export interface StoredAsset {
  readonly assetId: string;
  /** Of its bytes, hexadecimal. */
  readonly sha256: string;
}

/** Of each end of all assets. */
const WITNESSES = 3;
/** Assets of each end that are looked at for them: of a long backlog all may wait, of old times all may be erased. */
const SCANNED_MAX = 2_000;

/** Assets whose bytes must be there, and tell whether the place of all bytes is well. */
export class WitnessStore {
  constructor(private readonly database: DataSource) {}

  /** Up to six assets beside `assetIds` that were labelled: some of the newest and some of the oldest. */
  others(assetIds: readonly string[]): Promise<StoredAsset[]> {
    return withDatabase(() =>
      this.database.query<StoredAsset[]>(`(${witnessesOf('DESC')}) UNION (${witnessesOf('ASC')})`, [
        assetIds,
        SCANNED_MAX,
        WITNESSES,
      ]),
    );
  }
}

/** What is erased has no bytes, what waits may be as late, and what ended as a dead letter was. */
const witnessesOf = (order: 'ASC' | 'DESC'): string => `
  SELECT a.id AS "assetId", encode(a.sha256, 'hex') AS sha256
  FROM (SELECT id, sha256, erased_at FROM asset ORDER BY id ${order} LIMIT $2) a
  WHERE a.id <> ALL ($1::uuid[]) AND a.erased_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM pending_final p WHERE p.asset_id = a.id)
    AND NOT EXISTS (SELECT 1 FROM dead_letter l WHERE l.asset_id = a.id AND l.closed_at IS NULL)
  ORDER BY a.id ${order} LIMIT $3`;

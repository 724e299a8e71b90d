/** A hash of nothing. */
export const ANY_HASH = `sha256(uuid_send(gen_random_uuid()))`;

/**
 * Columns of an entry `e` that is removed now, in an UPDATE. Decisions may rest on it, so that its row stays. What a decision
 * taught has its asset until that is erased: without one the hash is of what was erased, and goes with the protection that
 * it was kept for (docs/decisions/0022). Hashes that were imported are nobody's.
 *
 * @param by an expression in SQL
 */
export const removedBy = (by: string): string => `removed_at = now(), removed_by = ${by},
  sha256 = CASE WHEN ${OF_ERASED} THEN ${ANY_HASH} ELSE e.sha256 END,
  pdq = CASE WHEN ${OF_ERASED} THEN NULL ELSE e.pdq END,
  quality = CASE WHEN ${OF_ERASED} THEN NULL ELSE e.quality END`;

const OF_ERASED = `e.asset_id IS NULL AND e.origin <> 'import'`;

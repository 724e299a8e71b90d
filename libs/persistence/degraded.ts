import type { EntityManager } from 'typeorm';

import type { Degradation } from '#contracts/prepared-image.js';

/** Two arrays of reasons as one, each reason once. */
export const unionOf = (one: string, other: string): string =>
  `ARRAY(SELECT unnest(${one}) UNION SELECT unnest(${other}) ORDER BY 1)`;

const REASONS: readonly Degradation[] = ['damaged', 'frames_not_decoded'];

/** Whether the `reasons` of a decision say that its asset was not wholly seen. */
export const saysDegraded = (reasons: string): string =>
  `(${REASONS.map((code) => `${reasons} @> '[{"code":"${code}"}]'`).join(' OR ')})`;

/**
 * Why an asset `a` was not wholly seen, as far as any look at it tells: what its decisions were made for counts too, where
 * it was not kept with the asset.
 */
export const ALL_DEGRADED = `ARRAY(SELECT unnest(a.degraded) UNION
    SELECT why ->> 'code' FROM decision m, jsonb_array_elements(m.reasons) AS why
    WHERE m.asset_id = a.id AND why ->> 'code' IN (${REASONS.map((code) => `'${code}'`).join(', ')}) ORDER BY 1)`;

/** What a look did not see wholly. */
interface Look {
  readonly asset: { readonly assetId: string };
  readonly degraded?: readonly Degradation[];
}

/** Keeps with their assets what looks did not see: whoever judges the scores of these looks again knows it. */
export async function rememberDegraded(transaction: EntityManager, looks: readonly Look[]): Promise<void> {
  const seen = looks.flatMap(({ asset: { assetId }, degraded = [] }) =>
    degraded.length === 0 ? [] : [{ assetId, degraded }],
  );
  if (seen.length > 0) await transaction.query(REMEMBER, [JSON.stringify(seen)]);
}

/** Locked in the order of their ids, as whoever decides on several locks them. */
const REMEMBER = `
  WITH seen AS (
    SELECT a.id, x.degraded FROM jsonb_to_recordset($1::jsonb) AS x ("assetId" uuid, degraded text[])
    JOIN asset a ON a.id = x."assetId" AND NOT x.degraded <@ a.degraded
    ORDER BY a.id FOR UPDATE OF a
  )
  UPDATE asset a SET degraded = ${unionOf('a.degraded', 'seen.degraded')} FROM seen WHERE a.id = seen.id`;

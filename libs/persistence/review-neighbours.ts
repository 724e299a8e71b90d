import type { EntityManager } from 'typeorm';

import type { Finding } from '#moderation/label.js';
import type { Stage, Transition, Verdict } from '#moderation/words.js';

import { foundLabels } from './found-labels.js';

/** Another asset that is told of beside a case. */
export interface Neighbour {
  readonly id: string;
  readonly sameClient: boolean;
  /** Null where it is another client's. */
  readonly externalId: string | null;
  readonly uploaderId: string | null;
  readonly receivedAt: Date;
  readonly stage: Stage;
  readonly verdict: Verdict;
  readonly served: boolean;
  readonly transition: Transition | null;
  /** What any decision found in it. */
  readonly labels: readonly Finding[];
  readonly reviewId: string | null;
}

/** What is told beside a case. */
export interface CaseNeighbours {
  readonly lookalikes: readonly (Neighbour & { readonly distance: number })[];
  /** How many assets were looked through for them. */
  readonly searched: number;
  /** The uploader's others, the newest first. */
  readonly uploaded: readonly Neighbour[];
  readonly uploader: { readonly assets: number; readonly blocked: number; readonly byHumans: number };
}

/** The newest of all, and as many of the asset's own client: to look through all would take as long as there are assets. */
const LOOKED_THROUGH_MAX = 5_000;
/** Of 256 bits: Meta's threshold for the same picture, as banks and late blocks have it. */
const DISTANCE_MAX = 31;
/** Below it a PDQ hash says nothing. */
const QUALITY_MIN = 50;
const LOOKALIKES_MAX = 12;
const UPLOADED_MAX = 20;
const UPLOADER_COUNTED_MAX = 200;

/** What looks like an asset, and what its uploader sent besides. @throws the driver's error */
export async function neighboursOf(transaction: EntityManager, assetId: string): Promise<CaseNeighbours> {
  const [near] = await transaction.query<Near[]>(NEAR, [assetId]);
  const { searched = 0, ids = [], distances = [] } = near ?? {};
  const found = ids.length === 0 ? [] : await transaction.query<Neighbour[]>(SEEN, [assetId, ids]);
  const distanceOf = new Map(ids.map((id, index) => [id, distances[index] ?? 0]));
  const uploaded = await transaction.query<Neighbour[]>(UPLOADED, [assetId]);
  const [uploader] = await transaction.query<CaseNeighbours['uploader'][]>(COUNTS, [assetId]);
  return {
    lookalikes: found.map((neighbour) => ({ ...neighbour, distance: distanceOf.get(neighbour.id) ?? 0 })),
    searched,
    uploaded,
    uploader: uploader ?? { assets: 0, blocked: 0, byHumans: 0 },
  };
}

/** The nearest of those that were looked through. */
interface Near {
  readonly searched: number;
  readonly ids: readonly string[];
  readonly distances: readonly number[];
}

/** Of an asset `n`, seen from the client of the asset `own`. */
const NEIGHBOUR = `n.id, n.client_id = own.client_id AS "sameClient",
    CASE WHEN n.client_id = own.client_id THEN n.external_id END AS "externalId",
    CASE WHEN n.client_id = own.client_id THEN n.uploader_id END AS "uploaderId",
    n.received_at AS "receivedAt", n.stage, n.verdict, n.served, n.transition, ${foundLabels('n.id')} AS labels,
    (SELECT r.id FROM review r WHERE r.asset_id = n.id ORDER BY r.opened_at DESC LIMIT 1) AS "reviewId"`;

const NEAR = `
  WITH own AS MATERIALIZED (
    SELECT id, client_id, ('x' || encode(pdq, 'hex'))::bit(256) AS pdq FROM asset
    WHERE id = $1 AND pdq_quality >= ${QUALITY_MIN}
  ), pool AS MATERIALIZED (
    SELECT id, pdq FROM (SELECT id, pdq, pdq_quality FROM asset ORDER BY id DESC LIMIT ${LOOKED_THROUGH_MAX}) AS newest
    WHERE pdq_quality >= ${QUALITY_MIN} AND EXISTS (SELECT 1 FROM own)
    UNION
    SELECT id, pdq FROM (SELECT a.id, a.pdq, a.pdq_quality FROM asset a JOIN own USING (client_id)
      ORDER BY a.id DESC LIMIT ${LOOKED_THROUGH_MAX}) AS own_newest
    WHERE pdq_quality >= ${QUALITY_MIN}
  ), others AS MATERIALIZED (
    SELECT pool.id, bit_count(own.pdq # ('x' || encode(pool.pdq, 'hex'))::bit(256))::integer AS distance
    FROM pool CROSS JOIN own WHERE pool.id <> own.id
  ), near AS (
    SELECT * FROM others WHERE distance <= ${DISTANCE_MAX} ORDER BY distance, id DESC LIMIT ${LOOKALIKES_MAX}
  )
  SELECT (SELECT count(*)::integer FROM others) AS searched,
    (SELECT coalesce(array_agg(id::text ORDER BY distance, id DESC), '{}') FROM near) AS ids,
    (SELECT coalesce(array_agg(distance ORDER BY distance, id DESC), '{}') FROM near) AS distances`;

const SEEN = `
  SELECT ${NEIGHBOUR} FROM asset own JOIN asset n ON n.id = ANY ($2::uuid[])
  WHERE own.id = $1 ORDER BY array_position($2::uuid[], n.id)`;

const UPLOADED = `
  SELECT ${NEIGHBOUR}
  FROM asset own JOIN asset n ON n.client_id = own.client_id AND n.uploader_id = own.uploader_id AND n.id <> own.id
  WHERE own.id = $1
  ORDER BY n.id DESC LIMIT ${UPLOADED_MAX}`;

const COUNTS = `
  SELECT count(*)::integer AS assets, (count(*) FILTER (WHERE NOT served AND verdict = 'block'))::integer AS blocked,
    (count(*) FILTER (WHERE EXISTS (SELECT 1 FROM decision d WHERE d.asset_id = n.id AND d.revision = n.standing_revision
      AND d.source IN ('moderator', 'appeal'))))::integer AS "byHumans"
  FROM (
    SELECT n.id, n.served, n.verdict, n.standing_revision
    FROM asset own JOIN asset n ON n.client_id = own.client_id AND n.uploader_id = own.uploader_id AND n.id <> own.id
    WHERE own.id = $1 ORDER BY n.id DESC LIMIT ${UPLOADER_COUNTED_MAX}
  ) AS n`;

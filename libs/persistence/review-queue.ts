import type { EntityManager } from 'typeorm';

import type { QueueState, ReviewScope } from '#contracts/review-query.js';
import type { Reviewer } from '#moderation/review.js';

/** Which part of the queue; what is left out does not narrow. */
export interface QueueFilter extends Readonly<
  Pick<ReviewScope, 'label' | 'transition' | 'class' | 'client' | 'assignee'>
> {
  readonly state?: QueueState | undefined;
  /** Epoch milliseconds: open since then at the latest. */
  readonly openedByMs?: number | undefined;
}

/** Whose queue, and when, by the database's clock. */
export interface QueueView {
  readonly who: Reviewer;
  readonly nowMs: number;
}

/** Where a case `r` is at `$1`. As `CaseState` has it, of those that are still to decide. */
export const STATE = `CASE WHEN r.state = 'claimed' AND r.claim_expires_at > $1::timestamptz THEN 'claimed'
    WHEN r.held_until > $1::timestamptz THEN 'held' WHEN r.escalated_by IS NOT NULL THEN 'escalated' ELSE 'open' END`;

/** A case `r` is its caller's, who is `$2`. */
export const MINE = `(r.assigned_to = $2::text OR (${STATE} = 'claimed' AND r.claimed_by = $2::text))`;

/** Cases `r` of assets `a` that are still to decide, within the filters `$3` … `$8`. */
export const WITHIN = `r.state IN ('open', 'claimed')
    AND ($3::text IS NULL OR r.labels @> ARRAY[$3::text]) AND ($4::text IS NULL OR r.change = $4::text)
    AND ($5::text IS NULL OR a.traffic_class = $5::text) AND ($6::uuid IS NULL OR r.client_id = $6::uuid)
    AND ($7::timestamptz IS NULL OR r.opened_at <= $7::timestamptz) AND ($8::text IS NULL OR r.assigned_to = $8::text)`;

/** For how long what a case `r` is about had been served at a time, in milliseconds. @param at an expression in SQL */
export const exposureAt = (at: string): string =>
  `CASE WHEN r.served_since IS NULL THEN r.exposure_ms
    ELSE (extract(epoch FROM ${at}) - extract(epoch FROM r.served_since))::float8 * 1000 END`;

/** Where a case `r` is in the order: late blocks by exposure, then other disagreements by margin, then by margin, and by age. */
export const placeAt = (at: string): string => `NOT r.disagreement, -(${exposureAt(at)}), r.margin, r.opened_at, r.id`;

/** Some of all cases `r`, in the order of an index. */
interface Part {
  readonly within: string;
  readonly inOrder: string;
  /** As `placeAt`. */
  readonly placeAt: (at: string) => string;
}

const IN_ORDER = `NOT r.disagreement, -r.exposure_ms, r.margin, r.opened_at, r.id`;

/** All cases are in one or the other: what goes on being served gains on the others with every second. */
export const PARTS: readonly Part[] = [
  { within: `r.served_since IS NOT NULL`, inOrder: `r.served_since, r.margin, r.opened_at, r.id`, placeAt },
  { within: `r.served_since IS NULL`, inOrder: IN_ORDER, placeAt: () => IN_ORDER },
];

/** The parameters `$1` … `$8` of what is above. */
export function queueParameters(filter: QueueFilter, { who, nowMs }: QueueView): unknown[] {
  const { label, transition, class: trafficClass, client, openedByMs, assignee } = filter;
  const openedBy = openedByMs === undefined ? undefined : new Date(openedByMs);
  const narrowed = [label, transition, trafficClass, client, openedBy, assignee];
  return [new Date(nowMs), who.name, ...narrowed.map((value) => value ?? null)];
}

/**
 * The first case that a moderator may take, held until the transaction ends; those behind that they have put back. What
 * somebody else is just taking is passed over.
 *
 * @returns undefined when there is none
 */
export async function headOf(
  transaction: EntityManager,
  filter: QueueFilter,
  view: QueueView,
): Promise<string | undefined> {
  const parameters = [...queueParameters(filter, view), filter.state ?? 'open', view.who.senior];
  for (const statement of [FRESH, SKIPPED]) {
    const [row] = await transaction.query<{ id: string }[]>(statement, parameters);
    if (row !== undefined) return row.id;
  }
  return undefined;
}

/** A case that is free, in the part `$9` of the queue, for whoever is a senior as `$10` says. */
const FREE = `${WITHIN} AND ${STATE} IN ('open', 'escalated')
    AND (r.escalated_by IS NULL OR ($10::boolean AND $9::text <> 'open'))
    AND CASE $9::text WHEN 'mine' THEN r.assigned_to = $2::text
      ELSE (r.assigned_to IS NULL OR r.assigned_to = $2::text) AND ($9::text = 'open' OR r.escalated_by IS NOT NULL) END`;

/** As many as could be taken at the same moment by all connections that a PostgreSQL has by default. */
const TAKEN_AT_ONCE_MAX = 100;

const FRESH = `
  SELECT r.id FROM review r JOIN asset a ON a.id = r.asset_id
  WHERE ${FREE} AND r.id IN (${PARTS.map(
    ({ within, inOrder }) => `(SELECT r.id FROM review r JOIN asset a ON a.id = r.asset_id
    WHERE ${FREE} AND ${within}
      AND NOT EXISTS (SELECT 1 FROM review_skip s WHERE s.review_id = r.id AND s.moderator = $2::text)
    ORDER BY ${inOrder} LIMIT ${TAKEN_AT_ONCE_MAX})`,
  ).join(' UNION ALL ')})
  ORDER BY ${placeAt('$1::timestamptz')} LIMIT 1 FOR UPDATE OF r SKIP LOCKED`;

/** The longest ago first. */
const SKIPPED = `
  SELECT r.id FROM review_skip s JOIN review r ON r.id = s.review_id JOIN asset a ON a.id = r.asset_id
  WHERE s.moderator = $2::text AND ${FREE}
  ORDER BY s.at, r.id LIMIT 1 FOR UPDATE OF r SKIP LOCKED`;

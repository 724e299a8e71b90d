import type { DataSource } from 'typeorm';

import type { CaseTransition } from '#contracts/review-query.js';
import type { CaseState } from '#contracts/review-answer.js';
import type { Finding } from '#moderation/label.js';
import type { TrafficClass, Transition } from '#moderation/words.js';

import { withDatabase } from './errors.js';
import {
  exposureAt,
  MINE,
  PARTS,
  placeAt,
  queueParameters,
  STATE,
  WITHIN,
  type QueueFilter,
  type QueueView,
} from './review-queue.js';

/** A case as a moderator's list shows it. */
export interface ReviewSummary {
  readonly id: string;
  readonly assetId: string;
  readonly clientId: string;
  readonly clientName: string;
  readonly class: TrafficClass;
  readonly state: CaseState;
  readonly labels: readonly Finding[];
  readonly change: CaseTransition;
  readonly exposureMs: number;
  readonly disagreement: boolean;
  readonly margin: number;
  readonly transition: Transition | null;
  readonly served: boolean;
  readonly openedAt: Date;
  readonly claimedBy: string | null;
  readonly claimExpiresAt: Date | null;
  readonly assignedTo: string | null;
  readonly heldUntil: Date | null;
  readonly heldBy: string | null;
  readonly escalatedBy: string | null;
  readonly skipped: boolean;
  readonly revision: number;
  readonly assetRevision: number;
}

/** Where a page of reviews ended; the next begins behind it, in the order that all were in when the first page was read. */
export interface ReviewCursor {
  /** Epoch milliseconds. */
  readonly asOfMs: number;
  readonly disagreement: boolean;
  readonly exposureMs: number;
  readonly margin: number;
  readonly openedAtMs: number;
  readonly id: string;
}

/** How many of what is still to decide, of those that were counted. */
export interface CaseCounts {
  readonly counted: number;
  readonly open: number;
  readonly claimed: number;
  readonly held: number;
  readonly escalated: number;
  readonly mine: number;
  readonly lateBlocks: number;
  /** Open since before `redByMs`. */
  readonly red: number;
  /** Since before `amberByMs`, and not red. */
  readonly amber: number;
}

/** Epoch milliseconds: what has been open since then is late, or will be soon. */
export interface SlaMarks {
  readonly redByMs: number;
  readonly amberByMs: number;
}

/** More cases are not counted one by one. */
export const COUNTED_MAX = 50_000;

/** Reads the moderators' queue. */
export class ReviewQueueStore {
  constructor(private readonly database: DataSource) {}

  /** Cases still to decide: late blocks by exposure, then other disagreements, then small margins, then age. */
  list(filter: QueueFilter, view: QueueView, most: number, after?: ReviewCursor): Promise<ReviewSummary[]> {
    return withDatabase(() =>
      this.database.query<ReviewSummary[]>(LIST, [
        ...queueParameters(filter, view),
        filter.state ?? null,
        after?.disagreement ?? null,
        after?.exposureMs ?? null,
        after?.margin ?? null,
        after === undefined ? null : new Date(after.openedAtMs),
        after?.id ?? null,
        most,
        new Date(after?.asOfMs ?? view.nowMs),
      ]),
    );
  }

  /** One case, whatever has become of it; undefined for an id that none has. */
  async find(id: string, view: QueueView): Promise<ReviewSummary | undefined> {
    const now = new Date(view.nowMs);
    const parameters = [now, view.who.name, id];
    const rows = await withDatabase(() => this.database.query<ReviewSummary[]>(FIND, parameters));
    return rows[0];
  }

  /** Of the part of the queue within the filters, whatever state they name. */
  async counts(filter: QueueFilter, view: QueueView, { redByMs, amberByMs }: SlaMarks): Promise<CaseCounts> {
    const parameters = [...queueParameters(filter, view), new Date(redByMs), new Date(amberByMs)];
    const rows = await withDatabase(() => this.database.query<CaseCounts[]>(COUNTS, parameters));
    if (rows[0] === undefined) throw new Error('a query for one row gave none');
    return rows[0];
  }

  /** The first of all open cases. */
  async head(view: QueueView): Promise<string | undefined> {
    const rows = await withDatabase(() => this.database.query<{ id: string }[]>(HEAD, [new Date(view.nowMs)]));
    return rows[0]?.id;
  }
}

/** @param exposure milliseconds, an expression in SQL */
const summary = (exposure: string): string => `
  SELECT r.id, r.asset_id AS "assetId", r.client_id AS "clientId", c.name AS "clientName", a.traffic_class AS class,
    CASE WHEN r.state IN ('decided', 'withdrawn') THEN r.state ELSE ${STATE} END AS state, r.labels, r.change,
    ${exposure} AS "exposureMs", r.disagreement, r.margin, a.transition, a.served, r.opened_at AS "openedAt",
    r.claimed_by AS "claimedBy", r.claim_expires_at AS "claimExpiresAt", r.assigned_to AS "assignedTo",
    r.held_until AS "heldUntil", r.held_by AS "heldBy", r.escalated_by AS "escalatedBy",
    EXISTS (SELECT 1 FROM review_skip s WHERE s.review_id = r.id AND s.moderator = $2::text) AS skipped,
    r.revision, a.revisions AS "assetRevision"
  FROM review r JOIN asset a ON a.id = r.asset_id JOIN client c ON c.id = r.client_id`;

const AS_OF = '$16::timestamptz';

/** The first of each part, then the first of both. */
const LIST = `${summary(exposureAt(AS_OF))}
  WHERE r.id IN (${PARTS.map(
    ({ within, inOrder, placeAt: place }) => `(SELECT r.id FROM review r JOIN asset a ON a.id = r.asset_id
    WHERE ${WITHIN} AND ${within}
      AND ($9::text IS NULL OR CASE $9::text WHEN 'mine' THEN ${MINE} ELSE ${STATE} = $9::text END)
      AND ($10::boolean IS NULL OR (${place(AS_OF)}) >
        (NOT $10::boolean, -($11::float8), $12::real, $13::timestamptz, $14::uuid))
    ORDER BY ${inOrder} LIMIT $15)`,
  ).join(' UNION ALL ')})
  ORDER BY ${placeAt(AS_OF)}
  LIMIT $15`;

/** Once it is decided, nothing is exposed for longer; that of one that was withdrawn is what it was. */
const EXPOSURE_SO_FAR = `CASE r.state WHEN 'withdrawn' THEN r.exposure_ms
  ELSE ${exposureAt('coalesce(r.decided_at, $1::timestamptz)')} END`;

const FIND = `${summary(EXPOSURE_SO_FAR)} WHERE r.id = $3::uuid`;

const COUNTS = `
  WITH q AS MATERIALIZED (
    SELECT ${STATE} AS state, coalesce(${MINE}, false) AS mine, r.change, r.opened_at
    FROM review r JOIN asset a ON a.id = r.asset_id
    WHERE ${WITHIN} LIMIT ${COUNTED_MAX + 1}
  )
  SELECT count(*)::integer AS counted, ${['open', 'claimed', 'held', 'escalated']
    .map((state) => `(count(*) FILTER (WHERE state = '${state}'))::integer AS ${state}`)
    .join(', ')},
    (count(*) FILTER (WHERE mine))::integer AS mine,
    (count(*) FILTER (WHERE change = 'late_block'))::integer AS "lateBlocks",
    (count(*) FILTER (WHERE opened_at <= $9::timestamptz))::integer AS red,
    (count(*) FILTER (WHERE opened_at > $9::timestamptz AND opened_at <= $10::timestamptz))::integer AS amber
  FROM q`;

const HEAD = `
  SELECT r.id FROM review r
  WHERE r.id IN (${PARTS.map(
    ({ within, inOrder }) => `(SELECT r.id FROM review r
    WHERE r.state IN ('open', 'claimed') AND ${STATE} = 'open' AND ${within} ORDER BY ${inOrder} LIMIT 1)`,
  ).join(' UNION ALL ')})
  ORDER BY ${placeAt('$1::timestamptz')} LIMIT 1`;

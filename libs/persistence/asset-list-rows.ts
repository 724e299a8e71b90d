import type { AssetList } from '#contracts/asset-list.js';

import { LATE } from './asset-list-marks.js';

/** What is known of an asset or of what happened to it, and lists are narrowed by, with its type of SQL. */
const KNOWN_TYPES = {
  revision: 'integer',
  class: 'text',
  client: 'uuid',
  verdict: 'text',
  source: 'text',
  reasons: 'jsonb',
  final_source: 'text',
  final_reasons: 'jsonb',
  transition: 'text',
  exposure: 'bigint',
  hold: 'bigint',
  final_by: 'timestamptz',
} as const;
export type Known = keyof typeof KNOWN_TYPES;
const KNOWN = Object.keys(KNOWN_TYPES) as readonly Known[];

/** Where the rows of a list come from, in an order that an index has. Each is about an asset at a time. */
interface ListRows {
  /** Of rows `x`. */
  readonly from: string;
  readonly where: string;
  readonly at: string;
  readonly id: string;
  /** What a row itself says: nothing is looked up for it. `revision`: of the decision that it is about. */
  readonly says: Partial<Readonly<Record<Known, string>>>;
}

const OF_CASE = { client: 'x.client_id', transition: 'x.change' } as const;
const ROWS: Readonly<Record<AssetList, ListRows>> = {
  received: {
    from: 'asset x',
    where: 'true',
    at: 'x.received_at',
    id: 'x.id',
    says: { class: 'x.traffic_class', client: 'x.client_id', transition: 'x.transition' },
  },
  provisional: {
    from: 'decision x',
    where: 'x.revision = 1',
    at: 'x.decided_at',
    id: 'x.asset_id',
    says: { revision: 'x.revision', verdict: 'x.verdict', source: 'x.source', reasons: 'x.reasons' },
  },
  final: {
    from: 'decision x LEFT JOIN reconciliation r ON r.asset_id = x.asset_id AND r.revision = x.revision',
    where: `x.stage = 'final' AND x.cause IS NULL AND x.source NOT IN ('moderator', 'appeal')`,
    at: 'x.decided_at',
    id: 'x.asset_id',
    says: {
      revision: 'x.revision',
      transition: 'r.transition',
      final_source: 'x.source',
      final_reasons: 'x.reasons',
    },
  },
  reconciled: {
    from: 'reconciliation x',
    // as the overview counts them
    where: `NOT EXISTS (SELECT FROM decision u
      WHERE u.asset_id = x.asset_id AND u.cause = 'undo' AND x.revision IN (u.revision, u.supersedes) OFFSET 0)`,
    at: 'x.reconciled_at',
    id: 'x.asset_id',
    says: {
      revision: 'x.revision',
      transition: 'x.transition',
      exposure: 'x.exposure_ms',
      hold: 'x.wrongful_hold_ms',
    },
  },
  opened: { from: 'review x', where: 'true', at: 'x.opened_at', id: 'x.asset_id', says: OF_CASE },
  decided: { from: 'review x', where: 'x.decided_at IS NOT NULL', at: 'x.decided_at', id: 'x.asset_id', says: OF_CASE },
  // in another order than one index has: `waitingRows`
  waiting: {
    from: 'pending_final x',
    where: 'true',
    at: 'x.received_at',
    id: 'x.asset_id',
    says: { class: 'x.traffic_class', final_by: 'x.final_by' },
  },
  review: {
    from: 'review x',
    where: `x.state IN ('open', 'claimed')`,
    at: 'x.opened_at',
    id: 'x.asset_id',
    says: OF_CASE,
  },
  dead_letter: { from: 'dead_letter x', where: 'x.closed_at IS NULL', at: 'x.created_at', id: 'x.asset_id', says: {} },
};

/** Which of the rows, as parameters of SQL; `fromMicros` and `fromId` say where the page before ended. */
export interface Stretch {
  readonly since?: string;
  readonly until?: string;
  readonly fromMicros?: string;
  readonly fromId?: string;
  /** A traffic class, where there is an order for each. */
  readonly class?: string;
  /** So many at most. */
  readonly most: string;
}

/** Whether what has been there longest comes first. */
const isOldestFirst = (list: AssetList): boolean => list === 'waiting' || list === 'review';

/** The order of rows with `at` and `id`. @param row their alias, with its dot */
export function orderOf(list: AssetList, row: string): string {
  const direction = isOldestFirst(list) ? 'ASC' : 'DESC';
  return `${row}at ${direction}, ${row}id ${direction}`;
}

/** A time to the microsecond, as a page's end has it. */
export const microsOf = (at: string): string => `(extract(epoch FROM ${at}) * 1000000)::bigint::text`;

/** The first rows of a list within a stretch, in its order: `at`, `id`, and what is known of them without a look elsewhere. */
export function rowsOf(list: AssetList, stretch: Stretch): string {
  if (list === 'waiting') return waitingRows(stretch);
  const { from, where, at, id } = ROWS[list];
  return `SELECT ${columnsOf(list)}
    FROM ${from} WHERE ${where}${within(stretch, at, id, isOldestFirst(list))}
    ORDER BY ${orderOf(list, '')} LIMIT ${stretch.most}`;
}

function columnsOf(list: AssetList): string {
  const { at, id, says } = ROWS[list];
  const known = KNOWN.map((name) => `${says[name] ?? `NULL::${KNOWN_TYPES[name]}`} AS ${name}`);
  return [`${at} AS at`, `${id} AS id`, ...known].join(', ');
}

function within({ since, until, fromMicros, fromId }: Stretch, at: string, id: string, ascends: boolean): string {
  const parts = [
    since === undefined ? '' : ` AND ${at} >= ${since}`,
    until === undefined ? '' : ` AND ${at} < ${until}`,
    fromMicros === undefined || fromId === undefined
      ? ''
      : ` AND (${at}, ${id}) ${ascends ? '>' : '<'} (to_timestamp(0) + ${fromMicros} * interval '1 microsecond', ${fromId})`,
  ];
  return parts.join('');
}

/** As `pending_final_fresh` has it. */
const FRESH = 'x.attempts = 0 AND x.lease_expires_at IS NULL';

/** By the orders that workers lease in: what nobody has begun of each class, what is hurried, and what somebody has. */
function waitingRows(stretch: Stretch): string {
  const { most } = stretch;
  const { at, id } = ROWS.waiting;
  const classes = `ARRAY['urgent', 'normal', 'bulk']`;
  const firstOf = (condition: string, order: string): string => `SELECT ${columnsOf('waiting')} FROM pending_final x
        WHERE ${condition}${within(stretch, at, id, true)} ORDER BY ${order} LIMIT ${most}`;
  const inTurn = 'x.received_at, x.asset_id';
  return `SELECT * FROM (
      SELECT f.* FROM unnest(${stretch.class === undefined ? classes : `ARRAY[${stretch.class}]`}) AS c (of), LATERAL (
        ${firstOf(`x.traffic_class = c.of AND ${FRESH} AND x.hurried_at IS NULL`, `x.hurried_at, ${inTurn}`)}) AS f
      UNION ALL
      (${firstOf(`x.traffic_class = ANY (${classes}) AND ${FRESH} AND x.hurried_at IS NOT NULL`, inTurn)})
      UNION ALL
      (${firstOf('(x.attempts > 0 OR x.lease_expires_at IS NOT NULL)', inTurn)})
    ) AS w
    ORDER BY ${orderOf('waiting', '')} LIMIT ${most}`;
}

/** What a row `l` of a list says of itself; undefined: it is to be looked up. */
export const saidBy = (list: AssetList, name: Known): string | undefined =>
  ROWS[list].says[name] === undefined ? undefined : `l.${name}`;

/** What a row `l` of an asset `a` changed, or would. */
export const transitionIn = (list: AssetList): string => saidBy(list, 'transition') ?? 'a.transition';

/** Whether the final of a row `l` of an asset `a` was late, or is. What is tried again was promised nothing. */
export function lateIn(list: AssetList): string {
  if (list === 'waiting') return 'l.final_by < now()';
  if (list === 'final') return 'l.at > a.final_by';
  return LATE;
}

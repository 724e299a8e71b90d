import type { ListedAsset } from '#contracts/asset-list-answer.js';

import { conditionOf, Values, type AssetListFilter } from './asset-list-filter.js';
import { CASE_OF, LETTER_OF, WAITING } from './asset-list-marks.js';
import { lateIn, microsOf, orderOf, rowsOf, transitionIn, type Stretch } from './asset-list-rows.js';

/** An asset in a list, as the database has it. */
export interface AssetListRow extends Omit<ListedAsset, 'at' | 'receivedAt'> {
  readonly at: Date;
  /** `at` to the microsecond: where the next page begins. */
  readonly micros: string;
  readonly receivedAt: Date;
}

/** Where a page of a list ended. */
export type AssetPlace = Pick<AssetListRow, 'micros' | 'id'>;

interface Part {
  /** So many rows of the list are looked through. */
  readonly looked: number;
  /** Where the page before ended; undefined: there was none. */
  readonly place?: AssetPlace | undefined;
}

type Statement = readonly [text: string, values: unknown[]];

/** The first `most` assets within the filter, of those that are looked through. */
export function pageOf(filter: AssetListFilter, { most, ...part }: Part & { readonly most: number }): Statement {
  const { list } = filter;
  const values = new Values();
  const found = `SELECT l.* FROM (${rowsOf(list, stretchOf(filter, part, values))}) AS l
    WHERE ${conditionOf(filter, values)} ORDER BY ${orderOf(list, 'l.')} LIMIT ${values.add(most, 'bigint')}`;
  const text = `SELECT l.at, ${microsOf('l.at')} AS micros, ${COLUMNS}, ${transitionIn(list)} AS transition,
      coalesce(${lateIn(list)}, false) AS late
    FROM (${found}) AS l JOIN asset a ON a.id = l.id JOIN client c ON c.id = a.client_id
    JOIN decision p ON p.asset_id = a.id AND p.revision = 1
    JOIN decision s ON s.asset_id = a.id AND s.revision = a.standing_revision
    ORDER BY ${orderOf(list, 'l.')}`;
  return [text, values.all];
}

/** How many assets are within the filter, of the first `looked` of the list, and whether there are more of those. */
export function countOf(filter: AssetListFilter, looked: number): Statement {
  const values = new Values();
  const rows = rowsOf(filter.list, stretchOf(filter, { looked: looked + 1 }, values));
  const text = `SELECT least(count(*) FILTER (WHERE ${conditionOf(filter, values)}), ${values.add(looked, 'bigint')})::float8 AS counted,
      count(*) > ${values.add(looked, 'bigint')} AS more
    FROM (${rows}) AS l`;
  return [text, values.all];
}

/** The last row of as many as are looked through; none, where there are not so many. */
export function lastOf(filter: AssetListFilter, part: Part): Statement {
  const { list } = filter;
  const values = new Values();
  const rows = rowsOf(list, stretchOf(filter, part, values));
  const text = `SELECT ${microsOf('l.at')} AS micros, l.id FROM (${rows}) AS l
    ORDER BY ${orderOf(list, 'l.')} OFFSET ${values.add(part.looked - 1, 'bigint')} LIMIT 1`;
  return [text, values.all];
}

/** Of an asset `a` of a client `c`, with its first decision `p` and the one in force `s`. */
const COLUMNS = `a.id, a.received_at AS "receivedAt", a.client_id AS "clientId", c.name AS "clientName",
  a.traffic_class AS class, a.external_id AS "externalId", a.served, a.erased_at IS NOT NULL AS erased,
  jsonb_build_object('verdict', p.verdict, 'source', p.source, 'reasons', p.reasons) AS provisional,
  CASE WHEN s.stage = 'final' THEN jsonb_build_object(
    'verdict', s.verdict, 'source', s.source, 'policyLabel', s.policy_label, 'reasons', s.reasons) END AS final,
  ${WAITING} AS waiting,
  ${CASE_OF} AS review, ${LETTER_OF} AS "deadLetterId"`;

/** Only what is set has a parameter: one that no text names is none to PostgreSQL. */
function stretchOf(filter: AssetListFilter, { looked, place }: Part, values: Values): Stretch {
  const { list, since, until, class: name } = filter;
  const add = (key: keyof Stretch, value: unknown, type: string): Partial<Stretch> =>
    value === undefined ? {} : { [key]: values.add(value, type) };
  return {
    ...add('since', since, 'timestamptz'),
    ...add('until', until, 'timestamptz'),
    ...add('class', list === 'waiting' ? name : undefined, 'text'),
    ...add('fromMicros', place?.micros, 'bigint'),
    ...add('fromId', place?.id, 'uuid'),
    most: values.add(looked, 'bigint'),
  };
}

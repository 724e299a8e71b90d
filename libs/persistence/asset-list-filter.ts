import type { AssetList, DefaultReason, ProvisionalSource, SeenBy } from '#contracts/asset-list.js';
import type { Finding } from '#moderation/label.js';
import type { ProvisionalVerdict, TrafficClass, Transition } from '#moderation/words.js';

import { lateIn, saidBy, type Known } from './asset-list-rows.js';

/** What a list of assets is of and narrowed to; what is left out does not narrow. */
export interface AssetListFilter {
  readonly list: AssetList;
  /** By the list's time. */
  readonly since?: Date | undefined;
  /** Before then. */
  readonly until?: Date | undefined;
  readonly class?: TrafficClass | undefined;
  readonly client?: string | undefined;
  readonly verdict?: ProvisionalVerdict | undefined;
  readonly source?: ProvisionalSource | undefined;
  readonly reason?: DefaultReason | undefined;
  readonly transition?: Transition | undefined;
  readonly label?: Finding | undefined;
  readonly seenBy?: SeenBy | undefined;
  readonly late?: boolean | undefined;
  readonly exposedFromMs?: number | undefined;
  readonly heldFromMs?: number | undefined;
}

/** The values of a statement, in the order of its parameters. */
export class Values {
  readonly all: unknown[] = [];

  /** @returns the parameter that stands for a value of a type of SQL */
  add(value: unknown, type: string): string {
    this.all.push(value);
    return `$${this.all.length}::${type}`;
  }
}

/** What a column of the asset of a row `l` holds, by key: as a join, planners would read whole tables for it. */
const ofAsset = (expression: string): string => `(SELECT ${expression} FROM asset a WHERE a.id = l.id)`;
/** The same of its first decision. */
const ofFirst = (column: string): string =>
  `(SELECT p.${column} FROM decision p WHERE p.asset_id = l.id AND p.revision = 1)`;
/** Whether there is such a row, by key. @param rows with what holds of them. OFFSET keeps planners from making a join of it */
const exists = (rows: string): string => `EXISTS (SELECT FROM ${rows} OFFSET 0)`;

/** What holds of rows `l` that are within the filter. */
export function conditionOf(filter: AssetListFilter, values: Values): string {
  const { list, label, seenBy } = filter;
  const parts: string[] = [];
  const where = (value: unknown, type: string, write: (parameter: string) => string): void => {
    if (value !== undefined) parts.push(write(values.add(value, type)));
  };
  const asset = (name: Known, column: string): string => saidBy(list, name) ?? ofAsset(`a.${column}`);
  const first = (name: 'verdict' | 'source' | 'reasons'): string => saidBy(list, name) ?? ofFirst(name);
  where(filter.class, 'text', (one) => `${asset('class', 'traffic_class')} = ${one}`);
  where(filter.client, 'uuid', (one) => `${asset('client', 'client_id')} = ${one}`);
  where(filter.verdict, 'text', (one) => `${first('verdict')} = ${one}`);
  where(filter.source, 'text', (one) => `${first('source')} = ${one}`);
  where(filter.reason, 'text', (one) => `${first('reasons')} @> jsonb_build_array(jsonb_build_object('code', ${one}))`);
  where(filter.transition, 'text', (one) => `${asset('transition', 'transition')} = ${one}`);
  where(
    filter.late,
    'boolean',
    (one) => `${list === 'waiting' ? `(${lateIn(list)})` : ofAsset(lateIn(list))} = ${one}`,
  );
  where(filter.exposedFromMs, 'bigint', (one) => stood(saidBy(list, 'exposure'), 'exposure_ms', one));
  where(filter.heldFromMs, 'bigint', (one) => stood(saidBy(list, 'hold'), 'wrongful_hold_ms', one));
  if (seenBy !== undefined) parts.push(seen(list, seenBy, label === undefined ? undefined : values.add(label, 'text')));
  else where(label, 'text', said);
  return parts.length === 0 ? 'true' : parts.join(' AND ');
}

/** For so long the wrong thing stood: until the decision that the row is about, or any of the asset's. */
const stood = (own: string | undefined, column: string, ms: string): string =>
  own !== undefined
    ? `${own} >= ${ms}`
    : exists(`reconciliation r WHERE r.asset_id = l.id AND (l.revision IS NULL OR r.revision = l.revision)
        AND r.${column} >= ${ms}`);

const violates = (reasons: string, label: string): string =>
  `${reasons} @> jsonb_build_array(jsonb_build_object('code', 'violating', 'label', ${label}))`;

/** What is decided in the end says so: of a person their label counts, of a machine what it found to violate. */
const said = (label: string): string =>
  exists(`asset a JOIN decision s ON s.asset_id = a.id AND s.revision = a.standing_revision
    WHERE a.id = l.id AND s.stage = 'final' AND coalesce(s.policy_label = ${label}, ${violates('s.reasons', label)})`);

/** As the overview counts the tiers' agreement, by ordinary finals. @param label a parameter; left out for `compared` */
function seen(list: AssetList, by: SeenBy, label: string | undefined): string {
  const [source, reasons] = [saidBy(list, 'final_source'), saidBy(list, 'final_reasons')];
  const not = { compared: undefined, both: ['', ''], fast: ['', 'NOT '], heavy: ['NOT ', ''] }[by];
  const found =
    label === undefined || not === undefined
      ? ''
      : ` AND ${not[0]}${violates('p.reasons', label)} AND ${not[1]}${violates(reasons ?? 'f.reasons', label)}`;
  const first = `p.asset_id = l.id AND p.revision = 1 AND p.source = 'fast'`;
  if (source !== undefined) return `${source} = 'heavy' AND ${exists(`decision p WHERE ${first}${found}`)}`;
  return exists(`decision p JOIN decision f ON f.asset_id = p.asset_id
    WHERE ${first} AND f.stage = 'final' AND f.cause IS NULL AND f.source = 'heavy'${found}`);
}

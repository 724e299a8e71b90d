import type { ReactNode } from 'react';
import { useLocation } from 'wouter';

import type { ListedAsset } from '#contracts/asset-list-answer.js';

import type { AssetFilter } from '../api/assets.js';
import { asText, inTime } from '../overview/numbers.js';
import { Choice } from '../reviews/queue-filters.js';
import { Icon } from '../ui/icon.js';
import { CLASS_NAMES, FINDINGS, LABEL_NAMES, TRANSITION_NAMES } from '../words/words.js';
import { addressOf, filterOf, paramsOf } from './asset-filter.js';
import { AssetWindow } from './asset-window.js';
import {
  DEFAULT_REASON_NAMES,
  LIST_NAMES,
  PROVISIONAL_NAMES,
  PROVISIONAL_SOURCE_NAMES,
  SEEN_BY_NAMES,
} from './asset-words.js';

const LATE_NAMES = { true: 'late', false: 'in time' };

interface FiltersProps {
  readonly filter: AssetFilter;
  /** What has been read: whose clients can be chosen. */
  readonly items: readonly ListedAsset[];
}

/** What a list is of and narrowed to. It stands in the address: it can be kept and sent to others. */
export function AssetFilters({ filter, items }: FiltersProps): ReactNode {
  const [, go] = useLocation();
  const params = paramsOf(filter);
  const change = (to: AssetFilter): void => go(addressOf(to), { replace: true });
  const set = (what: string, value: string): void => {
    if (value === '') params.delete(what);
    else params.set(what, value);
    change(filterOf(params));
  };
  const choice = { params, set };
  const { source, reason, label, seenBy, exposedFromMs, heldFromMs } = filter;
  return (
    <search className="filters" aria-label="Filter the assets">
      <Lists {...choice} />
      <AssetWindow filter={filter} change={change} />
      <Choice name="Class" what="class" {...choice} options={Object.entries(CLASS_NAMES)} />
      <Choice name="Client" what="client" {...choice} options={clientsOf(filter, items)} />
      <Choice name="At once" what="verdict" {...choice} options={Object.entries(PROVISIONAL_NAMES)} />
      <Choice name="Decided by" what="source" {...choice} options={Object.entries(PROVISIONAL_SOURCE_NAMES)} />
      {source === 'default' || reason !== undefined ? (
        <Choice name="Default for" what="reason" {...choice} options={Object.entries(DEFAULT_REASON_NAMES)} />
      ) : null}
      <Choice name="Final" what="late" {...choice} options={Object.entries(LATE_NAMES)} />
      <Choice name="Change" what="transition" {...choice} options={Object.entries(TRANSITION_NAMES)} />
      <Choice name="Label" what="label" {...choice} options={FINDINGS.map((one) => [one, LABEL_NAMES[one]])} />
      {label === undefined && seenBy === undefined ? null : (
        <Choice
          name="Tiers"
          what="seenBy"
          {...choice}
          options={Object.entries(SEEN_BY_NAMES).filter(([one]) => label !== undefined || one === 'compared')}
        />
      )}
      <Least name="Served wrongly" ms={exposedFromMs} drop={() => set('exposedFromMs', '')} />
      <Least name="Withheld wrongly" ms={heldFromMs} drop={() => set('heldFromMs', '')} />
      {params.size > (params.has('list') ? 1 : 0) ? (
        <button
          type="button"
          className="button plain little"
          onClick={() => change(filter.list === undefined ? {} : { list: filter.list })}
        >
          Clear
        </button>
      ) : null}
    </search>
  );
}

interface ListsProps {
  readonly params: URLSearchParams;
  readonly set: (what: string, value: string) => void;
}

/** What the list is of: always something. */
const Lists = ({ params, set }: ListsProps): ReactNode => (
  <label className="filter set">
    <span>Show</span>
    <select value={params.get('list') ?? 'received'} onChange={({ target }) => set('list', target.value)}>
      {Object.entries(LIST_NAMES).map(([list, name]) => (
        <option key={list} value={list}>
          {name}
        </option>
      ))}
    </select>
  </label>
);

interface LeastProps {
  readonly name: string;
  readonly ms: number | undefined;
  readonly drop: () => void;
}

/** Narrows by a length of time, which an address brought along. */
const Least = ({ name, ms, drop }: LeastProps): ReactNode =>
  ms === undefined ? null : (
    <span className="chip">
      {ms === 0 ? name : `${name} for ${asText(inTime(ms))} or more`}
      <button type="button" className="button plain" aria-label={`Not only: ${name}`} onClick={drop}>
        <Icon name="close" size={14} />
      </button>
    </span>
  );

/** Those whose assets have been read, and whichever the address names. */
function clientsOf({ client }: AssetFilter, items: readonly ListedAsset[]): [string, string][] {
  const clients = new Map(items.map(({ clientId, clientName }) => [clientId, clientName]));
  if (client !== undefined && !clients.has(client)) clients.set(client, 'this client');
  return [...clients];
}

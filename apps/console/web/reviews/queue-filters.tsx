import type { ReactNode } from 'react';
import { useLocation } from 'wouter';

import type { ReviewAnswer } from '#contracts/review-answer.js';

import type { QueueFilter } from '../api/reviews.js';
import { useSession } from '../session/use-session.js';
import { CHANGE_NAMES, CLASS_NAMES, FINDINGS, LABEL_NAMES } from '../words/words.js';
import { addressOf, filterOf, paramsOf } from './queue-filter.js';

const AGES: readonly (readonly [minutes: string, name: string])[] = [
  ['15', '15 minutes'],
  ['60', '1 hour'],
  ['240', '4 hours'],
  ['1440', '1 day'],
];

interface FiltersProps {
  readonly filter: QueueFilter;
  /** What has been read: whose clients can be chosen. */
  readonly items: readonly ReviewAnswer[];
}

/** What the queue is narrowed to. It stands in the address: it can be kept and sent to others. */
export function QueueFilters({ filter, items }: FiltersProps): ReactNode {
  const [, go] = useLocation();
  const { name } = useSession();
  const params = paramsOf(filter);
  const set = (what: string, value: string): void => {
    if (value === '') params.delete(what);
    else params.set(what, value);
    go(addressOf('/reviews', filterOf(params)), { replace: true });
  };
  const clients = new Map(items.map(({ clientId, clientName }) => [clientId, clientName]));
  if (filter.client !== undefined && !clients.has(filter.client)) clients.set(filter.client, 'this client');
  return (
    <search className="filters" aria-label="Filter the queue">
      <Choice name="Why" what="transition" params={params} set={set} options={Object.entries(CHANGE_NAMES)} />
      <Choice
        name="Label"
        what="label"
        params={params}
        set={set}
        options={FINDINGS.map((one) => [one, LABEL_NAMES[one]])}
      />
      <Choice name="Class" what="class" params={params} set={set} options={Object.entries(CLASS_NAMES)} />
      <Choice name="Client" what="client" params={params} set={set} options={[...clients]} />
      <Choice name="Open for" what="older" params={params} set={set} options={AGES} />
      <Choice name="Assigned to" what="assignee" params={params} set={set} options={assignees(filter, name)} />
      {isNarrowed(filter) ? (
        <button type="button" className="button plain little" onClick={() => go(addressOf('/reviews', pick(filter)))}>
          Clear
        </button>
      ) : null}
    </search>
  );
}

interface ChoiceProps {
  readonly name: string;
  readonly what: string;
  readonly params: URLSearchParams;
  readonly set: (what: string, value: string) => void;
  readonly options: readonly (readonly [value: string, name: string])[];
}

function Choice({ name, what, params, set, options }: ChoiceProps): ReactNode {
  const value = params.get(what) ?? '';
  return (
    <label className={`filter ${value === '' ? '' : 'set'}`}>
      <span>{name}</span>
      <select value={value} onChange={(event) => set(what, event.target.value)}>
        <option value="">any</option>
        {options.map(([option, text]) => (
          <option key={option} value={option}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Oneself, and whomever the address names. */
function assignees({ assignee }: QueueFilter, me: string): [string, string][] {
  const others: [string, string][] = assignee === undefined || assignee === me ? [] : [[assignee, assignee]];
  return [[me, 'me'], ...others];
}

/** By more than the part of the queue. */
const isNarrowed = (filter: QueueFilter): boolean => Object.keys(filter).some((name) => name !== 'state');

const pick = ({ state }: QueueFilter): QueueFilter => (state === undefined ? {} : { state });

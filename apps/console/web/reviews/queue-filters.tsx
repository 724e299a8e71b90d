import { useQueryClient, type InfiniteData } from '@tanstack/react-query';
import { useMemo, type ReactNode } from 'react';
import { useLocation } from 'wouter';

import type { ClientName } from '#contracts/client-answer.js';
import type { ReviewAnswer, ReviewPage } from '#contracts/review-answer.js';

import { KEYS } from '../api/query-keys.js';
import { useClients } from '../api/replay.js';
import type { QueueFilter } from '../api/reviews.js';
import { isAtLeast, useSession } from '../session/use-session.js';
import { CHANGE_NAMES, CLASS_NAMES, FINDINGS, LABEL_NAMES } from '../words/words.js';
import { ageOptions, assigneeOptions, clientOptions, clientsIn, type Option } from './queue-choices.js';
import { addressOf, filterOf, paramsOf } from './queue-filter.js';

interface FiltersProps {
  readonly filter: QueueFilter;
  /** What has been read: their clients can be chosen. */
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
  const clients = clientOptions(useKnownClients(items), filter);
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
      <Choice name="Client" what="client" params={params} set={set} options={clients} />
      <Choice name="Open for" what="older" params={params} set={set} options={ageOptions(filter)} />
      <Choice name="Assigned to" what="assignee" params={params} set={set} options={assigneeOptions(filter, name)} />
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
  readonly options: readonly Option[];
}

/** One of the things that a list is narrowed by, as it stands in the address. */
export function Choice({ name, what, params, set, options }: ChoiceProps): ReactNode {
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

/** All clients for whoever may see them; for others those of the cases that were read, also within other filters. */
function useKnownClients(items: readonly ReviewAnswer[]): ClientName[] {
  const client = useQueryClient();
  const { role } = useSession();
  const { data } = useClients(isAtLeast('senior', role));
  return useMemo(() => {
    const lists = client.getQueriesData<InfiniteData<ReviewPage>>({ queryKey: KEYS.queues });
    const seen = lists.flatMap(([, list]) => list?.pages.flatMap((page) => page.items) ?? []);
    return [...clientsIn([...seen, ...items]), ...(data ?? [])];
  }, [client, data, items]);
}

/** By more than the part of the queue. */
const isNarrowed = (filter: QueueFilter): boolean => Object.keys(filter).some((name) => name !== 'state');

const pick = ({ state }: QueueFilter): QueueFilter => (state === undefined ? {} : { state });

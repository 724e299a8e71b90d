import type { ReactNode } from 'react';
import { Link } from 'wouter';

import type { QueueCounts } from '#contracts/review-answer.js';
import type { QueueState } from '#contracts/review-query.js';

import type { QueueFilter } from '../api/reviews.js';
import { QUEUE_STATE_NAMES } from '../words/words.js';
import { countIn } from './case-place.js';
import { addressOf } from './queue-filter.js';

const STATES = Object.keys(QUEUE_STATE_NAMES) as readonly QueueState[];

interface StatesProps {
  readonly filter: QueueFilter;
  readonly counts: QueueCounts | undefined;
}

/** The parts of the queue with how many are in each, and how they stand to their time. */
export function QueueStates({ filter, counts }: StatesProps): ReactNode {
  const number = (count: number | undefined): string =>
    count === undefined ? '' : `${count}${counts?.more === true ? '+' : ''}`;
  const all = counts === undefined ? undefined : countIn(counts, undefined);
  return (
    <>
      <nav className="tabs" aria-label="Parts of the queue">
        <Tab
          href={addressOf('/reviews', { ...filter, state: undefined })}
          isHere={filter.state === undefined}
          name="All"
          count={number(all)}
        />
        {STATES.map((state) => (
          <Tab
            key={state}
            href={addressOf('/reviews', { ...filter, state })}
            isHere={filter.state === state}
            name={QUEUE_STATE_NAMES[state]}
            count={number(counts?.[state])}
          />
        ))}
      </nav>
      {counts === undefined ? null : (
        <p className="sla-counts">
          <span className="badge block">{number(counts.red)} overdue</span>
          <span className="badge warn">{number(counts.amber)} due soon</span>
          <span className="badge allow">{number(counts.green)} in time</span>
        </p>
      )}
    </>
  );
}

interface TabProps {
  readonly href: string;
  readonly isHere: boolean;
  readonly name: string;
  readonly count: string;
}

const Tab = ({ href, isHere, name, count }: TabProps): ReactNode => (
  <Link href={href} className="tab" aria-current={isHere ? 'true' : undefined}>
    {name} <span className="tab-count">{count}</span>
  </Link>
);

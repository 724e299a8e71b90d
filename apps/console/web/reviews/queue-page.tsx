import { useCallback, useEffect, useState, type ReactNode } from 'react';
import { useLocation } from 'wouter';

import type { ReviewAnswer } from '#contracts/review-answer.js';

import type { QueueFilter } from '../api/reviews.js';
import { useKeys } from '../keys/use-keys.js';
import { useLiveQueue } from '../shell/live-queue.js';
import { Empty, Loading } from '../ui/empty.js';
import { ProblemNote } from '../ui/problem-note.js';
import { BulkBar } from './bulk-bar.js';
import { addressOf } from './queue-filter.js';
import { QueueFilters } from './queue-filters.js';
import { QueueList } from './queue-list.js';
import { lastPlace, rememberPlace } from './queue-place.js';
import { QueueStates } from './queue-states.js';
import { usePrefetch, useQueue, useQueueFilter } from './use-queue.js';
import './queue.css';

/** A row where the cursor stays for so long is read ahead. */
const REST_MS = 150;

/** The cases that are still to decide, those first where a human matters most. */
export function QueuePage(): ReactNode {
  const filter = useQueueFilter();
  const queue = useQueue(filter);
  const live = useLiveQueue();
  const [, go] = useLocation();
  const prefetch = usePrefetch();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const cursor = useCursor(queue.items);
  const open = useCallback((item: ReviewAnswer) => go(addressOf(`/reviews/${item.id}`, filter)), [go, filter]);
  const toggle = useCallback((id: string) => setChosen((before) => toggled(before, id)), []);
  const at = (act: (item: ReviewAnswer) => void) => () => {
    const item = queue.items[cursor.index];
    if (item !== undefined) act(item);
  };
  const { id, assetId } = queue.items[cursor.index] ?? {};
  useEffect(() => {
    if (id === undefined || assetId === undefined) return undefined;
    // whoever runs along the rows reads none of them
    const timer = setTimeout(() => prefetch({ id, assetId }), REST_MS);
    return () => clearTimeout(timer);
  }, [id, assetId, prefetch]);
  useKeys({
    down: () => cursor.move(1),
    up: () => cursor.move(-1),
    open: at(open),
    choose: at(({ id }) => toggle(id)),
  });
  const picked = queue.items.filter(({ id }) => chosen.has(id));
  return (
    <>
      <header className="page-head">
        <h1>Review queue</h1>
        <span className={`live ${live.isLive ? 'on' : ''}`} role="status">
          {liveText(live)}
        </span>
        <QueueStates filter={filter} counts={queue.counts} />
      </header>
      <QueueFilters filter={filter} items={queue.items} />
      <div className="page-body queue-body">
        {queue.error === null ? null : <ProblemNote error={queue.error} retry={queue.retry} />}
        {queue.isPending ? <Loading what="the queue" rows={9} /> : null}
        {!queue.isPending && queue.items.length === 0 && queue.error === null ? <NothingToDo filter={filter} /> : null}
        {queue.items.length === 0 ? null : (
          <QueueList
            queue={queue}
            active={cursor.index}
            moves={cursor.moves}
            activate={cursor.set}
            chosen={chosen}
            toggle={toggle}
            open={open}
          />
        )}
      </div>
      {picked.length === 0 ? null : <BulkBar items={picked} clear={() => setChosen(new Set())} />}
    </>
  );
}

interface Cursor {
  readonly index: number;
  readonly moves: number;
  readonly set: (id: string) => void;
  readonly move: (step: number) => void;
}

/**
 * The row that keys are about: it stays with its case when the order changes, and with its place when the case goes; also
 * while one is at an item.
 */
function useCursor(items: readonly ReviewAnswer[]): Cursor {
  const [at, setAt] = useState(lastPlace);
  useEffect(() => rememberPlace(at), [at]);
  const [moves, setMoves] = useState(0);
  const found = at === undefined ? 0 : items.findIndex(({ id }) => id === at.id);
  const index = Math.max(0, found === -1 ? Math.min(at?.index ?? 0, items.length - 1) : found);
  const to = (next: number): void => {
    const item = items[next];
    if (item !== undefined) setAt({ id: item.id, index: next });
  };
  return {
    index,
    moves,
    set: (id) => to(items.findIndex((item) => item.id === id)),
    move: (step) => {
      to(index + step);
      setMoves(moves + 1);
    },
  };
}

function NothingToDo({ filter }: { readonly filter: QueueFilter }): ReactNode {
  const [, go] = useLocation();
  const isNarrowed = Object.keys(filter).length > 0;
  return (
    <Empty icon="check" title={isNarrowed ? 'Nothing within this filter' : 'Nothing waits for you'}>
      {isNarrowed ? (
        <button type="button" className="button" onClick={() => go('/reviews')}>
          Show the whole queue
        </button>
      ) : (
        <p>New items appear here by themselves, those first where a human matters most.</p>
      )}
    </Empty>
  );
}

function liveText({ isLive, isFull }: ReturnType<typeof useLiveQueue>): string {
  if (isLive) return 'Live';
  return isFull ? 'Not live: you have too many pages open. Read anew every 15 s' : 'Connecting …';
}

function toggled(before: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const after = new Set(before);
  if (!after.delete(id)) after.add(id);
  return after;
}

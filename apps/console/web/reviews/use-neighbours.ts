import { useEffect } from 'react';
import { useLocation } from 'wouter';

import { useKeys } from '../keys/use-keys.js';
import { isAtLeast, useSession } from '../session/use-session.js';
import { placeText } from './case-place.js';
import { ahead, behind, onwardFrom } from './next-case.js';
import { addressOf } from './queue-filter.js';
import { lastPlace, rememberPlace } from './queue-place.js';
import { useOnward } from './use-onward.js';
import { usePrefetch, useQueue, useQueueFilter } from './use-queue.js';

/** So many that one comes to next are known, as long as there are: then more of the queue is read. */
const AHEAD_LEAST = 5;
/** Behind the case, of those that are others': for the next of one's own the service is asked then. */
const READ_AHEAD_MAX = 500;

export interface Neighbours {
  readonly back: string;
  readonly place: string;
  readonly goNext: () => void;
  readonly goBefore: () => void;
}

/** The cases before and after this one in the queue that one came from; the next one is read ahead. */
export function useNeighbours(id: string): Neighbours {
  const filter = useQueueFilter();
  const queue = useQueue(filter);
  const { items, isOld, isPending, canReadMore, readMore } = queue;
  const [, go] = useLocation();
  const prefetch = usePrefetch();
  const { name, role } = useSession();
  const who = { name, isSenior: isAtLeast('senior', role) };
  const at = items.findIndex((item) => item.id === id);
  const from = behind(items, id, lastPlace());
  const isWorthIt = canReadMore && items.length - from < READ_AHEAD_MAX;
  const onward = onwardFrom(items, { id, from }, who, isPending || isWorthIt);
  // by what it is, not by how it stands: that changes with each reading of the queue
  const { id: nextId, assetId } = onward.to === 'case' ? onward.item : {};
  useEffect(() => {
    if (!isOld && nextId !== undefined && assetId !== undefined) prefetch({ id: nextId, assetId });
  }, [nextId, assetId, isOld, prefetch]);
  useEffect(() => {
    if (at !== -1) rememberPlace({ id, index: at });
  }, [id, at]);
  const needsMore = isWorthIt && ahead(items, from, who).length < AHEAD_LEAST;
  useEffect(() => {
    if (needsMore) readMore();
  }, [needsMore, readMore]);
  const { goNext, isGoing } = useOnward(id, onward, filter);
  const back = addressOf('/reviews', filter);
  const before = at > 0 ? items[at - 1] : undefined;
  const goBefore = (): void => go(before === undefined ? back : addressOf(`/reviews/${before.id}`, filter));
  useKeys({ next: goNext, before: goBefore });
  const place = placeText(at, { ...queue, read: items.length }, filter);
  return { back, place: isGoing ? 'looking for the next one …' : place, goNext, goBefore };
}

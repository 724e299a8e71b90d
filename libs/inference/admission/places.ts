import type { TrafficClass } from '#moderation/words.js';

/** Bulk's part of the places, and normal's of those of live traffic, while the others want theirs. */
const BULK_SHARE = 0.1;
const NORMAL_SHARE = 0.25;

export type Places = Readonly<Record<TrafficClass, number>>;

export interface Room {
  /** How many may wait. */
  readonly limit: number;
  readonly workers: number;
  /** Classes that want places. */
  readonly wanting: ReadonlySet<TrafficClass>;
  /** Places that bulk has at the least; it never takes the last of another class. */
  readonly bulkMin?: number;
}

/**
 * How many places each class has a right to: what others do not want is shared among those that do. Whoever wants some has
 * one at the least, and bulk one for each worker, so that bulk alone keeps them all at work.
 */
export function placesOf({ limit, workers, wanting, bulkMin = 0 }: Room): Places {
  const all = Math.max(limit, wanting.size);
  const [urgentMin, normalMin] = [Number(wanting.has('urgent')), Number(wanting.has('normal'))];
  const liveMin = urgentMin + normalMin;
  const bulkWants = liveMin === 0 ? all : Math.max(bulkMin, bulkPlaces(all, workers));
  const bulk = wanting.has('bulk') ? Math.min(all - liveMin, bulkWants) : 0;
  const live = all - bulk;
  const normal = normalMin === 0 ? 0 : urgentMin === 0 ? live : Math.max(1, Math.floor(NORMAL_SHARE * live));
  return { urgent: live - normal, normal, bulk };
}

const bulkPlaces = (all: number, workers: number): number => Math.max(1, workers, Math.floor(BULK_SHARE * all));

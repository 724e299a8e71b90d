import type { TrafficClass } from '#moderation/words.js';
import type { Places } from './places.js';
import type { ClassedRank } from './turn-order.js';

/** Somebody who waits, or comes. */
type Place = Pick<ClassedRank, 'clientId' | 'weight' | 'trafficClass'>;

/** Items of a client that are being looked at. */
export type Looking = (clientId: string) => number;

/**
 * Who gives its place to an arrival when all places are taken. A class that has fewer than it has a right to takes them from
 * the class that has most beyond its own; the others take none but of their class, of a client that then has no fewer
 * than the arrival's. Of a class it is always the client with most that gives, and of its places the last.
 *
 * @param waiting those that have a place, each client's in its order
 * @param excess places that are missing, more than 0
 * @param rights what each class has a right to
 * @param looking what a client has in hand besides: with a single place, who has that and a look has two
 * @returns none where too few would be free: nobody gives way in vain
 */
export function givers<T extends Place>(
  waiting: readonly T[],
  arrival: Place,
  excess: number,
  rights: Places,
  looking: Looking,
): readonly T[] {
  const stay = new Set(waiting);
  const leave: T[] = [];
  for (let freed = 0; freed < excess;) {
    const giver = hasRight(stay, arrival, rights)
      ? giverOfOthers(stay, arrival, rights, looking)
      : giverOfOwn(stay, arrival, looking);
    if (giver === undefined) return [];
    stay.delete(giver);
    leave.push(giver);
    freed += giver.weight;
  }
  return leave;
}

/** Whether its class has fewer than it has a right to; whoever is the first of its class has. */
function hasRight(stay: ReadonlySet<Place>, { trafficClass, weight }: Place, rights: Places): boolean {
  const held = heldBy(stay, trafficClass);
  return held === 0 || held + weight <= rights[trafficClass];
}

function giverOfOthers<T extends Place>(
  stay: ReadonlySet<T>,
  arrival: Place,
  rights: Places,
  looking: Looking,
): T | undefined {
  const over = (one: TrafficClass): number => heldBy(stay, one) - rights[one];
  const [richest] = classesOf(stay)
    .filter((one) => one !== arrival.trafficClass && over(one) > 0)
    .sort((one, other) => over(other) - over(one));
  if (richest === undefined) return undefined;
  return lastOfRichest(
    [...stay].filter((one) => one.trafficClass === richest),
    looking,
  );
}

function giverOfOwn<T extends Place>(stay: ReadonlySet<T>, arrival: Place, looking: Looking): T | undefined {
  const places = [...stay].filter((one) => one.trafficClass === arrival.trafficClass);
  const last = lastOfRichest(places, looking);
  if (last === undefined) return undefined;
  const has = (clientId: string): number =>
    looking(clientId) + weightOf(places.filter((one) => one.clientId === clientId));
  return has(last.clientId) - last.weight < has(arrival.clientId) + arrival.weight ? undefined : last;
}

/** The last place of the client that has most. */
function lastOfRichest<T extends Place>(places: readonly T[], looking: Looking): T | undefined {
  const held = new Map<string, number>();
  for (const { clientId, weight } of places) held.set(clientId, (held.get(clientId) ?? looking(clientId)) + weight);
  const most = Math.max(...held.values());
  const [richest] = [...held].find(([, weight]) => weight === most) ?? [];
  return places.findLast(({ clientId }) => clientId === richest);
}

const classesOf = (places: ReadonlySet<Place>): TrafficClass[] => [
  ...new Set([...places].map(({ trafficClass }) => trafficClass)),
];

const heldBy = (places: ReadonlySet<Place>, trafficClass: TrafficClass): number =>
  weightOf([...places].filter((one) => one.trafficClass === trafficClass));

const weightOf = (places: readonly Place[]): number => places.reduce((sum, { weight }) => sum + weight, 0);

import type { Rank } from './client-line.js';

/**
 * Who gives its place to an arrival of a client that has fewer, when all places are taken: again and again of the client
 * with most places the one that goes last, as long as that client keeps no fewer than the arrival's then has.
 *
 * @param places those that have one, each client's in its order
 * @param excess places that are missing, more than 0
 * @returns none where too few would be free: nobody gives way in vain
 */
export function givers<T extends Pick<Rank, 'clientId' | 'weight'>>(
  places: readonly T[],
  arrival: Pick<Rank, 'clientId' | 'weight'>,
  excess: number,
): readonly T[] {
  const held = new Map<string, number>();
  for (const { clientId, weight } of places) held.set(clientId, (held.get(clientId) ?? 0) + weight);
  const own = (held.get(arrival.clientId) ?? 0) + arrival.weight;
  const stay = [...places];
  const leave: T[] = [];
  let freed = 0;
  while (freed < excess) {
    const [most, heldMost] = [...held].reduce((best, one) => (one[1] > best[1] ? one : best), ['', 0]);
    const place = stay.findLastIndex(({ clientId }) => clientId === most);
    const [last] = place < 0 ? [] : stay.splice(place, 1);
    if (last === undefined || heldMost - last.weight < own) return [];
    held.set(most, heldMost - last.weight);
    leave.push(last);
    freed += last.weight;
  }
  return leave;
}

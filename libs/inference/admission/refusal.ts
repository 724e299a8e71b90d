import type { TrafficClass } from '#moderation/words.js';
import type { ClientBound } from './client-bound.js';
import type { Comings } from './comings.js';
import type { AdmissionForecast } from './forecast.js';
import { givers } from './givers.js';
import type { AdmissionLine } from './line.js';
import { placesOf, type Places } from './places.js';
import type { SplitInfers } from './split-infers.js';
import type { Ticket } from './ticket.js';
import type { ClassedRank } from './turn-order.js';
import type { ShedReason } from '../classifier/errors.js';

export interface Arrival extends ClassedRank {
  /** Of an inference request: all that are to be scored, of which `weight` are the first batch. */
  readonly views?: number;
}

export interface Tier {
  /** Batches that would begin at once. */
  readonly room: number;
  /** Items that will be here before the arrival, and are not yet. */
  readonly ahead: number;
  readonly line: AdmissionLine;
  readonly splits: SplitInfers;
  readonly forecast: AdmissionForecast;
  readonly bound: ClientBound;
  readonly comings: Comings;
}

/** Whose places are all taken, bulk's (`share`) or all, how many are missing, and what each class has a right to. */
export interface Crowd {
  readonly reason: 'share' | 'queue_full';
  readonly excess: number;
  readonly rights: Places;
}

/** Why an arrival is turned away; undefined when it is let in, if need be in the places of `giversOf`. */
export function refusal(arrival: Arrival, deadlineMs: number, tier: Tier): ShedReason | undefined {
  const { room, ahead, line, splits, forecast, bound } = tier;
  const { clientId, trafficClass, weight, views } = arrival;
  const isSplit = views !== undefined && views > weight;
  // Each has one batch in hand at most: while there are fewer than workers, others find one.
  if (isSplit && trafficClass === 'bulk' && splits.bulk >= Math.max(1, forecast.workers - 1)) return 'share';
  const owed = isSplit ? splits.owedBefore(clientId, views) : 0;
  const mayBegin = bound.mayBegin(clientId);
  const hopeless = deadlineMs <= forecast.leastMs(views ?? weight) ? 'too_late' : undefined;
  // An idle tier tries what it has ever been fast enough for. A slow spell would otherwise last: only work ends it.
  if (mayBegin && line.size === 0 && room > ahead && owed === 0) return hopeless;
  const full = crowd(arrival, tier);
  if (full !== undefined && giversOf(arrival, full, tier).length === 0) return full.reason;
  // It is its class's turn: it goes next, however many wait.
  if (mayBegin && owed === 0 && line.isDue(arrival)) return hopeless;
  return isTooLate(arrival, deadlineMs, tier, owed) ? 'too_late' : undefined;
}

function isTooLate(
  arrival: Arrival,
  deadlineMs: number,
  { ahead, line, forecast, bound }: Tier,
  owed: number,
): boolean {
  const { clientId, views } = arrival;
  const more = ahead + owed;
  const residualsMs = bound.isFull(clientId)
    ? bound.residualsMs(clientId, (items) => forecast.batchMs(items))
    : forecast.residualsMs();
  const isLateAfter = forecast.untilLate(deadlineMs, more, residualsMs);
  const before = line.before(arrival, (id) => bound.looksLeft(id), isLateAfter);
  const ownMs = views === undefined ? forecast.lookMs(clientId, () => before.length + more === 0) : undefined;
  return forecast.etaMs(before, more, { alone: views, ownMs, residualsMs }) > deadlineMs;
}

/** Undefined where there is a place for the arrival. */
export function crowd(arrival: Arrival, { room, ahead, line, forecast, comings }: Tier): Crowd | undefined {
  const { limit, workers } = forecast;
  const { trafficClass, weight } = arrival;
  const held = { urgent: line.weightOf('urgent'), normal: line.weightOf('normal'), bulk: line.weightOf('bulk') };
  const wanting = new Set<TrafficClass>([trafficClass]);
  for (const one of ['urgent', 'normal', 'bulk'] as const) if (held[one] > 0) wanting.add(one);
  // Live traffic that has just been here finds places when it comes again.
  if (comings.isLive && !wanting.has('urgent')) wanting.add('normal');
  // a request of more than bulk's places would never find them free: in its turn it has as many as it is
  const isItsTurn = trafficClass === 'bulk' && held.bulk === 0 && line.isDue(arrival);
  const rights = placesOf({ limit, workers, wanting, bulkMin: isItsTurn ? weight : 0 });
  const bulkExcess = trafficClass === 'bulk' ? held.bulk + weight - rights.bulk : 0;
  if (bulkExcess > 0 && rights.bulk < limit) return { reason: 'share', excess: bulkExcess, rights };
  const willWait = line.size === 0 ? Math.max(0, ahead - room) : ahead;
  const excess = held.urgent + held.normal + held.bulk + willWait + weight - Math.max(limit, wanting.size);
  return excess > 0 ? { reason: 'queue_full', excess, rights } : undefined;
}

/** Who gives way to an arrival; none where nobody has to. */
export function giversOf(
  arrival: Arrival,
  { reason, excess, rights }: Crowd,
  { line, bound }: Pick<Tier, 'line' | 'bound'>,
): readonly Ticket[] {
  const isOfBulk = (one: Ticket): boolean => one.trafficClass === 'bulk';
  const places = reason === 'share' ? line.waiting.filter(isOfBulk) : line.waiting;
  return givers(places, arrival, excess, rights, (clientId) => bound.itemsInHand(clientId));
}

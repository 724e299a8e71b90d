import type { AdmissionForecast } from './forecast.js';
import { BULK_SHARE, type AdmissionLine } from './line.js';
import type { SplitInfers } from './split-infers.js';
import type { Ticket } from './ticket.js';
import type { ClassedRank } from './turn-order.js';
import type { ShedReason } from '../classifier/errors.js';

export interface Arrival extends Omit<ClassedRank, 'chargeMs'> {
  /** Of an inference request: all that are to be scored, of which `weight` are the first batch. */
  readonly views?: number;
}

interface Tier {
  /** Batches that would begin at once. */
  readonly room: number;
  /** Items that will be here before the arrival, and are not yet. */
  readonly ahead: number;
  readonly line: AdmissionLine;
  readonly splits: SplitInfers;
  readonly forecast: AdmissionForecast;
}

/** Whose places are all taken, bulk's (`share`) or all, and how many are missing. */
export interface Crowd {
  readonly reason: 'share' | 'queue_full';
  readonly excess: number;
}

/** Why an arrival is turned away; undefined when it is let in, if need be in the places of `giversOf`. */
export function refusal(arrival: Arrival, deadlineMs: number, tier: Tier): ShedReason | undefined {
  const { room, ahead, line, splits, forecast } = tier;
  const { clientId, trafficClass, weight, views } = arrival;
  const isSplit = views !== undefined && views > weight;
  // Each has one batch in hand at most: while there are fewer than workers, others find one.
  if (isSplit && trafficClass === 'bulk' && splits.bulk >= Math.max(1, forecast.workers - 1)) return 'share';
  const owed = isSplit ? splits.owedBefore(clientId, views) : 0;
  // An idle tier tries what it has ever been fast enough for. A slow spell would otherwise last: only work ends it.
  if (line.size === 0 && room > ahead && owed === 0) {
    return deadlineMs <= forecast.leastMs(views ?? weight) ? 'too_late' : undefined;
  }
  const full = crowd(arrival, tier);
  if (full !== undefined && giversOf(arrival, full, line).length === 0) return full.reason;
  const position = line.positionOf(arrival) + ahead + owed;
  const ownMs = views === undefined ? forecast.lookMs(clientId, position) : undefined;
  return forecast.etaMs(position, views, ownMs) > deadlineMs ? 'too_late' : undefined;
}

/** Undefined where there is a place for the arrival. */
export function crowd(arrival: Arrival, { room, ahead, line, forecast }: Omit<Tier, 'splits'>): Crowd | undefined {
  const { limit, workers } = forecast;
  // One for each worker at the least, so that bulk alone keeps them all at work.
  const bulkMax = Math.max(workers, Math.floor(BULK_SHARE * limit));
  const bulkExcess = arrival.trafficClass === 'bulk' ? line.bulkWeight + arrival.weight - bulkMax : 0;
  if (bulkExcess > 0) return { reason: 'share', excess: bulkExcess };
  const willWait = line.size === 0 ? Math.max(0, ahead - room) : ahead;
  const excess = line.weight + willWait + arrival.weight - limit;
  return excess > 0 ? { reason: 'queue_full', excess } : undefined;
}

/** Who gives way to an arrival; none where nobody has to. */
export const giversOf = (arrival: Arrival, { reason, excess }: Crowd, line: AdmissionLine): readonly Ticket[] =>
  line.giversTo(arrival, excess, reason === 'share');

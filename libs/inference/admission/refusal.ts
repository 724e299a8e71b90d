import type { AdmissionForecast } from './forecast.js';
import { BULK_SHARE, type AdmissionLine } from './line.js';
import type { SplitInfers } from './split-infers.js';
import type { Ticket } from './ticket.js';
import type { ShedReason } from '../classifier/errors.js';

export interface Arrival extends Pick<Ticket, 'trafficClass' | 'weight' | 'deadlineAtMs'> {
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

/** Why an arrival is turned away; undefined when it is let in. */
export function refusal(arrival: Arrival, deadlineMs: number, tier: Tier): ShedReason | undefined {
  const { room, ahead, line, splits, forecast } = tier;
  const { trafficClass, weight, deadlineAtMs, views } = arrival;
  const isSplit = views !== undefined && views > weight;
  // Each has one batch in hand at most: while there are fewer than workers, others find one.
  if (isSplit && trafficClass === 'bulk' && splits.bulk >= Math.max(1, forecast.workers - 1)) return 'share';
  const owed = isSplit ? splits.owed : 0;
  // An idle tier tries what it has ever been fast enough for. A slow spell would otherwise last: only work ends it.
  if (line.size === 0 && room > ahead && owed === 0) {
    return deadlineMs <= forecast.leastMs(views ?? weight) ? 'too_late' : undefined;
  }
  const { limit } = forecast;
  // One for each worker at the least, so that bulk alone keeps them all at work.
  const bulkMax = Math.max(forecast.workers, Math.floor(BULK_SHARE * limit));
  if (trafficClass === 'bulk' && line.bulkWeight + weight > bulkMax) return 'share';
  const willWait = line.size === 0 ? Math.max(0, ahead - room) : ahead;
  if (line.weight + willWait + weight > limit) return 'queue_full';
  const position = line.positionOf(trafficClass, deadlineAtMs) + ahead + owed;
  return forecast.etaMs(position, views) > deadlineMs ? 'too_late' : undefined;
}

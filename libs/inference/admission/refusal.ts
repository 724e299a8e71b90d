import type { AdmissionForecast } from './forecast.js';
import { BULK_SHARE, type AdmissionLine } from './line.js';
import type { Ticket } from './ticket.js';
import type { ShedReason } from '../classifier/errors.js';
import type { ServiceTimes } from '../batching/service-times.js';

export type Arrival = Pick<Ticket, 'kind' | 'trafficClass' | 'weight' | 'deadlineAtMs'>;

interface Tier {
  /** Batches that would begin at once. */
  readonly room: number;
  /** Items that will be here before the arrival, and are not yet. */
  readonly ahead: number;
  readonly times: ServiceTimes;
  readonly line: AdmissionLine;
  readonly forecast: AdmissionForecast;
}

/** Why an arrival is turned away; undefined when it is let in. */
export function refusal(arrival: Arrival, deadlineMs: number, tier: Tier): ShedReason | undefined {
  const { room, ahead, times, line, forecast } = tier;
  const { trafficClass, weight, deadlineAtMs, kind } = arrival;
  // An idle tier tries what it has ever been fast enough for. A slow spell would otherwise last: only work ends it.
  if (line.size === 0 && room > ahead) return deadlineMs <= times.leastMs(weight) ? 'too_late' : undefined;
  const { limit } = forecast;
  // One for each worker at the least, so that bulk alone keeps them all at work.
  const bulkMax = Math.max(forecast.workers, Math.floor(BULK_SHARE * limit));
  if (trafficClass === 'bulk' && line.bulkWeight + weight > bulkMax) return 'share';
  const willWait = line.size === 0 ? Math.max(0, ahead - room) : ahead;
  if (line.weight + willWait + weight > limit) return 'queue_full';
  const position = line.positionOf(trafficClass, deadlineAtMs) + ahead;
  return forecast.etaMs(position, kind === 'views' ? weight : undefined) > deadlineMs ? 'too_late' : undefined;
}

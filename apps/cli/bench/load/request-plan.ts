import { Random } from '#imaging/samples/random.js';
import { TRAFFIC_CLASSES, type TrafficClass } from '#moderation/words.js';

import { drawArrivals, type ArrivalProcess } from './arrivals.js';
import { drawWeighted, SIZES, type Size, type Weights } from './request-kinds.js';
import type { TracedRequest } from './trace.js';

/** What is sent, apart from how often. */
export interface Workload {
  readonly arrivals: ArrivalProcess;
  readonly sizes: Weights<Size>;
  readonly classes: Weights<TrafficClass>;
  readonly seed: number;
  /** Of a replayed trace: what each of its requests is; drawn by weight where there is none. */
  readonly recorded?: readonly TracedRequest[];
}

/** All requests of a run by columns, drawn before the first is sent. Cheap to hand to another process. */
export interface RequestPlan {
  /** Whole milliseconds from the start, in order: timers know no finer ones. */
  readonly atMs: Float64Array;
  /** Index into `SIZES`. */
  readonly size: Uint8Array;
  /** Index into `TRAFFIC_CLASSES`. */
  readonly trafficClass: Uint8Array;
}

const REQUESTS_MAX = 5_000_000;

/**
 * Draws a run's requests. The same workload, rate and run always give the same ones.
 *
 * @param run number of the run: each has its own arrivals
 * @throws RangeError when there would be none, or too many
 */
export function planRequests(workload: Workload, perSecond: number, forMs: number, run: number): RequestPlan {
  const random = new Random(workload.seed + run);
  const times = drawArrivals(workload.arrivals, perSecond, forMs, random);
  return planOf(
    times.map((atMs, index) => {
      const recorded = workload.recorded?.[index % workload.recorded.length];
      return {
        atMs,
        size: recorded?.size ?? drawWeighted(workload.sizes, random.next()),
        class: recorded?.class ?? drawWeighted(workload.classes, random.next()),
      };
    }),
  );
}

/** The plan that sends these requests. @throws RangeError when there are none, or too many */
export function planOf(requests: readonly TracedRequest[]): RequestPlan {
  if (requests.length === 0 || requests.length > REQUESTS_MAX) {
    throw new RangeError(`a run has 1 to ${REQUESTS_MAX} requests, this one ${requests.length}`);
  }
  return {
    atMs: Float64Array.from(requests, ({ atMs }) => Math.round(atMs)),
    size: Uint8Array.from(requests, ({ size }) => SIZES.indexOf(size)),
    trafficClass: Uint8Array.from(requests, (request) => TRAFFIC_CLASSES.indexOf(request.class)),
  };
}

/** The plan as a trace that can be written down and replayed. */
export function traceOf({ atMs, size, trafficClass }: RequestPlan): TracedRequest[] {
  return Array.from(atMs, (time, index) => ({
    atMs: time,
    size: SIZES[size[index] ?? 0] ?? '640',
    class: TRAFFIC_CLASSES[trafficClass[index] ?? 0] ?? 'normal',
  }));
}

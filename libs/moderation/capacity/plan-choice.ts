import type { Shape } from './plan-shapes.js';

/** One measured point: all workers at work at the same time. */
export interface MeasuredPoint extends Shape {
  /** Images in one run. */
  readonly batch: number;
  /** Decode and inference of one batch in its process. */
  readonly service: { readonly p50Ms: number; readonly p95Ms: number };
  /** Images a second. */
  readonly perSecond: number;
  /** Of all workers. */
  readonly rssBytes: number;
}

export interface ChoiceLimits {
  /** The promise: a batch of q milliseconds is legal when 2·q is within it. Null: no promise. */
  readonly sloMs: number | null;
  /** The operator's batch; 0 is left to measuring. */
  readonly batch: number;
  readonly workerBytesMax: number;
  readonly totalBytesMax: number;
}

export interface RejectedPoint extends Shape {
  readonly batch: number;
  readonly reason: string;
}

export interface Choice<P extends MeasuredPoint> {
  readonly chosen: P;
  readonly reason: string;
  readonly rejected: readonly RejectedPoint[];
}

/** No point with the operator's batch is legal. */
export interface ChoiceRefused<P extends MeasuredPoint> {
  readonly chosen: undefined;
  /** The fastest point with that batch, if one was measured. */
  readonly at: P | undefined;
  /** What stands against it. */
  readonly reason: string;
  /** The largest batch against which nothing stands; undefined when there is none. */
  readonly largestLegal: number | undefined;
}

/** Less capacity than this is not worth any latency: the measurement itself is not better. */
export const GAIN_MIN = 0.03;

/**
 * Picks the point of most capacity whose batch keeps the promise and whose processes fit into memory; of those within
 * 3 % of it the one with the least latency. A batch is legal when twice its 95th percentile is within the promise: an
 * arrival may just miss a batch, and waits for it and for its own (Nexus, SOSP 2019).
 *
 * Where no point keeps the promise the one with the least latency is taken, and the reason says so. Only a batch of
 * several that the operator has fixed is refused: nothing is smaller than one image, and a slow service is better than none.
 *
 * @param points at least one
 */
export function choosePoint<P extends MeasuredPoint>(
  points: readonly P[],
  limits: ChoiceLimits,
): Choice<P> | ChoiceRefused<P> {
  const faults = new Map(points.map((point) => [point, faultOf(point, limits)]));
  const legal = points.filter((point) => faults.get(point) === undefined);
  const wanted = legal.filter(({ batch }) => limits.batch === 0 || batch === limits.batch);
  const best = mostCapacity(wanted);
  if (best === undefined && limits.batch > 1) return refuse(points, legal, limits);
  const near = wanted.filter(({ perSecond }) => best !== undefined && perSecond >= best.perSecond * (1 - GAIN_MIN));
  const chosen = leastLatency(best === undefined ? points : near);
  const others = points.filter((point) => point !== chosen);
  return {
    chosen,
    reason: best === undefined ? lastResort(chosen, limits) : whyChosen(chosen, best, limits),
    rejected: others.map((point) => ({
      workers: point.workers,
      threads: point.threads,
      batch: point.batch,
      reason: faults.get(point) ?? whyNot(point, chosen, limits),
    })),
  };
}

/** What forbids a point, with its numbers; undefined when it is legal. */
export function faultOf(point: MeasuredPoint, limits: ChoiceLimits): string | undefined {
  const { sloMs, workerBytesMax, totalBytesMax } = limits;
  const { p95Ms } = point.service;
  if (sloMs !== null && 2 * p95Ms > sloMs) {
    return `twice its ${ms(p95Ms)} is ${ms(2 * p95Ms)}, more than the promised ${ms(sloMs)}`;
  }
  const each = point.rssBytes / point.workers;
  if (each > workerBytesMax) return `a process holds ${mb(each)}, the limit is ${mb(workerBytesMax)}`;
  if (point.rssBytes <= totalBytesMax) return undefined;
  return `its processes hold ${mb(point.rssBytes)}, the limit is ${mb(totalBytesMax)}`;
}

function refuse<P extends MeasuredPoint>(
  points: readonly P[],
  legal: readonly P[],
  limits: ChoiceLimits,
): ChoiceRefused<P> {
  const asked = points.filter(({ batch }) => batch === limits.batch);
  const at = asked.length === 0 ? undefined : leastLatency(asked);
  const largest = Math.max(...legal.map(({ batch }) => batch));
  return {
    chosen: undefined,
    at,
    reason: (at && faultOf(at, limits)) ?? `batch ${limits.batch} was not measured`,
    largestLegal: Number.isFinite(largest) ? largest : undefined,
  };
}

function whyChosen(chosen: MeasuredPoint, best: MeasuredPoint, { sloMs, batch }: ChoiceLimits): string {
  const set = batch > 0 ? `; batch ${batch} is set` : '';
  const promise = sloMs === null ? '' : `; twice its ${ms(chosen.service.p95Ms)} is within the promised ${ms(sloMs)}`;
  if (chosen === best) return `most capacity, ${rate(chosen.perSecond)}${promise}${set}`;
  const less = percent(1 - chosen.perSecond / best.perSecond);
  return `least latency within ${percent(GAIN_MIN)} of the most capacity: ${less} less than ${nameOf(best)}${promise}${set}`;
}

function lastResort(chosen: MeasuredPoint, limits: ChoiceLimits): string {
  return `NO point keeps the limits; this one is the fastest, but ${faultOf(chosen, limits) ?? 'it keeps them'}`;
}

function whyNot(point: MeasuredPoint, chosen: MeasuredPoint, limits: ChoiceLimits): string {
  if (limits.batch > 0 && point.batch !== limits.batch) return `batch ${limits.batch} is set`;
  const gain = point.perSecond / chosen.perSecond - 1;
  const latency = point.service.p50Ms / chosen.service.p50Ms;
  const verb = gain >= 0 ? `gains ${percent(gain)}` : `loses ${percent(-gain)}`;
  const than = point.workers === chosen.workers && point.threads === chosen.threads ? '' : ` against ${nameOf(chosen)}`;
  return `batch ${point.batch} ${verb} throughput for ${times(latency)} the latency${than}`;
}

function mostCapacity<P extends MeasuredPoint>(points: readonly P[]): P | undefined {
  return points.reduce<P | undefined>(
    (best, point) => (best === undefined || point.perSecond > best.perSecond ? point : best),
    undefined,
  );
}

/** @throws RangeError for no points */
function leastLatency<P extends MeasuredPoint>(points: readonly P[]): P {
  const [first, ...rest] = points;
  if (first === undefined) throw new RangeError('a choice is made among at least one point');
  return rest.reduce((best, point) => (point.service.p50Ms < best.service.p50Ms ? point : best), first);
}

/** `2 × 1, batch 4`: workers, threads, batch. */
const nameOf = ({ workers, threads, batch }: MeasuredPoint): string => `${workers} × ${threads}, batch ${batch}`;
const ms = (value: number): string => `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
const mb = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;
const rate = (perSecond: number): string => `${perSecond.toFixed(perSecond < 10 ? 1 : 0)} images/s`;
const percent = (share: number): string => `${Math.round(share * 100)} %`;
const times = (ratio: number): string => `${ratio.toFixed(1)}×`;

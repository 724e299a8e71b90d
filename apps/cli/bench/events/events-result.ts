import type { BenchResult, ResultTable } from '../bench-result.js';
import type { CpuByPart } from '../process-usage.js';
import { rounded, spreadOf, type Spread } from '../statistics.js';
import type { EventsBenchOptions } from './events-options.js';

/** An event that came to an endpoint that answers. */
export interface Arrival {
  readonly endpoint: number;
  /** How often it came. */
  readonly times: number;
  /** From the moment that it tells as its decision's. */
  readonly fromDecisionMs: number;
  /** From the moment that its writer knew of the commit. */
  readonly fromCommitMs: number;
}

export interface EventsMeasurements {
  readonly arrivals: readonly Arrival[];
  /** Requests that hung when the last event had come. */
  readonly heldAtEnd: number;
  /** While events were written; undefined where nothing tells it. */
  readonly cpuMs: CpuByPart | undefined;
}

const LEAVES_MS_MAX = 1_000;
const DELAYED_MS_MAX = 2_000;

/** Turns measurements into a report's content. */
export function eventsResult(options: EventsBenchOptions, measured: EventsMeasurements): BenchResult {
  const { rate, seconds, endpoints, hanging } = options;
  const { arrivals, heldAtEnd, cpuMs } = measured;
  const decision = spreadOf(arrivals.map(({ fromDecisionMs }) => fromDecisionMs));
  const commit = spreadOf(arrivals.map(({ fromCommitMs }) => fromCommitMs));
  const worst = worstP95(arrivals);
  const repeated = arrivals.filter(({ times }) => times > 1).length;
  return {
    name: 'events',
    what: `Events by webhook: ${rate} a second to ${endpoints} endpoints of as many clients, of which ${hanging} take requests and never answer.`,
    command: `npm run portcullis -- bench events --rate ${rate} --seconds ${seconds} --endpoints ${endpoints} --hanging ${hanging}`,
    promised: [
      {
        what: 'from the decision to the receiver, p95',
        ...{ bound: 'at most', limit: LEAVES_MS_MAX, unit: 'ms', measured: decision.p95 },
      },
      {
        what: `the worst p95 of the ${endpoints - hanging} endpoints that answer`,
        ...{ bound: 'at most', limit: DELAYED_MS_MAX, unit: 'ms', measured: worst },
      },
    ],
    tables: [
      delayTable([
        ['from the decision', decision],
        ['from the known commit', commit],
      ]),
      {
        title: 'Beside',
        head: ['', ''],
        rows: [
          ['events that came to endpoints that answer', String(arrivals.length)],
          ['of them more than once', String(repeated)],
          ['requests that hung at the end', String(heldAtEnd)],
          ...Object.entries(cpuMs ?? {}).map(([part, ms]) => [
            `processor time while events were written: ${part} (cores)`,
            String(rounded(ms / 1_000 / seconds)),
          ]),
        ],
      },
    ],
    notes: [
      'Finals are written ten times a second, as many at once as have come up, by the statement that the batch service uses. The writer and all receivers are the benchmark’s one process, on the same cores as the service and its database.',
      'The first seconds count: until they are known, the endpoints that hang are tried like any other.',
      'The receiver takes the time when it has the whole request. The time of a decision is the one in the event; its commit comes after it.',
    ],
    data: { options, decision, commit, worstEndpointP95Ms: worst, repeated, heldAtEnd, cpuMs },
  };
}

/** Of any endpoint. */
function worstP95(arrivals: readonly Arrival[]): number {
  const byEndpoint = new Map<number, number[]>();
  for (const { endpoint, fromDecisionMs } of arrivals) {
    const before = byEndpoint.get(endpoint);
    if (before === undefined) byEndpoint.set(endpoint, [fromDecisionMs]);
    else before.push(fromDecisionMs);
  }
  return Math.max(...[...byEndpoint.values()].map((delays) => spreadOf(delays).p95));
}

const delayTable = (spreads: readonly (readonly [string, Spread])[]): ResultTable => ({
  title: 'Delay',
  head: ['', 'p50 ms', 'p95 ms', 'p99 ms', 'most ms'],
  rows: spreads.map(([name, { p50, p95, p99, max }]) => [name, ...[p50, p95, p99, max].map(String)]),
});

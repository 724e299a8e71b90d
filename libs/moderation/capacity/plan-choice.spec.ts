import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { choosePoint, faultOf, type Choice, type ChoiceLimits, type MeasuredPoint } from './plan-choice.js';

const MB = 1e6;
const LIMITS: ChoiceLimits = { sloMs: 300, batch: 0, workerBytesMax: 750 * MB, totalBytesMax: 4000 * MB };

/** @param p95Ms of a batch; the median is the same unless given */
function point(shape: string, batch: number, p95Ms: number, more: Partial<MeasuredPoint> = {}): MeasuredPoint {
  const [workers = 1, threads = 1] = shape.split('×').map(Number);
  const service = { p50Ms: p95Ms, p95Ms };
  return { workers, threads, batch, service, perSecond: (workers * batch * 1000) / p95Ms, rssBytes: 100 * MB, ...more };
}

function choose(points: readonly MeasuredPoint[], limits: Partial<ChoiceLimits> = {}): Choice<MeasuredPoint> {
  const choice = choosePoint(points, { ...LIMITS, ...limits });
  if (choice.chosen === undefined) throw new Error(choice.reason);
  return choice;
}

const named = ({ workers, threads, batch }: MeasuredPoint): string => `${workers}×${threads}/${batch}`;

describe('the point that is chosen', () => {
  it.each<[string, MeasuredPoint[], Partial<ChoiceLimits>, string]>([
    ['most capacity', [point('2×1', 1, 10), point('1×2', 1, 7)], {}, '2×1/1'],
    ['a batch that gains', [point('2×1', 1, 25), point('2×1', 8, 25), point('2×1', 16, 52)], {}, '2×1/8'],
    [
      'batch 1 where batching gains nothing',
      [point('2×1', 1, 10), point('2×1', 4, 40), point('2×1', 8, 80)],
      {},
      '2×1/1',
    ],
    ['the lower latency within 3 %', [point('2×1', 1, 10), point('2×1', 8, 78.4)], {}, '2×1/1'],
    ['capacity beyond 3 %', [point('2×1', 1, 10), point('2×1', 8, 77)], {}, '2×1/8'],
    [
      'the largest that keeps the promise',
      [point('2×1', 1, 50), point('2×1', 4, 100), point('2×1', 8, 151)],
      {},
      '2×1/4',
    ],
    ['exactly the promise', [point('2×1', 1, 50), point('2×1', 8, 150)], {}, '2×1/8'],
    ['no promise, no bound', [point('2×1', 1, 50), point('2×1', 8, 350)], { sloMs: null }, '2×1/8'],
    ['what fits into a process', [point('2×1', 1, 50), point('2×1', 8, 80, { rssBytes: 1600 * MB })], {}, '2×1/1'],
    [
      'what fits into the machine',
      [point('8×1', 1, 50, { rssBytes: 5000 * MB }), point('4×1', 1, 50, { rssBytes: 2500 * MB })],
      {},
      '4×1/1',
    ],
    ['the batch that is set', [point('2×1', 1, 10), point('2×1', 4, 44)], { batch: 4 }, '2×1/4'],
    ['the fastest when nothing keeps the promise', [point('2×1', 1, 200), point('1×2', 1, 160)], {}, '1×2/1'],
  ])('is %s', (_, points, limits, expected) => {
    expect(named(choose(points, limits).chosen)).toBe(expected);
  });

  it('has a reason with its numbers', () => {
    expect(choose([point('2×1', 1, 10)]).reason).toBe(
      'most capacity, 200 images/s; twice its 10 ms is within the promised 300 ms',
    );
    expect(choose([point('2×1', 1, 10), point('2×1', 8, 78.4)]).reason).toBe(
      'least latency within 3 % of the most capacity: 2 % less than 2 × 1, batch 8; twice its 10 ms is within the promised 300 ms',
    );
    expect(choose([point('2×1', 1, 200)]).reason).toBe(
      'NO point keeps the limits; this one is the fastest, but twice its 200 ms is 400 ms, more than the promised 300 ms',
    );
  });
});

describe('a point that is not chosen', () => {
  const reasons = (points: MeasuredPoint[], limits: Partial<ChoiceLimits> = {}): string[] =>
    choose(points, limits).rejected.map(({ reason }) => reason);

  it('has a reason with its numbers', () => {
    const points = [
      point('2×1', 1, 10),
      point('2×1', 8, 78.4),
      point('2×1', 16, 168),
      point('1×2', 1, 7),
      point('2×1', 4, 40, { rssBytes: 5000 * MB }),
    ];
    expect(reasons(points)).toEqual([
      'batch 8 gains 2 % throughput for 7.8× the latency',
      'twice its 168 ms is 336 ms, more than the promised 300 ms',
      'batch 1 loses 29 % throughput for 0.7× the latency against 2 × 1, batch 1',
      'a process holds 2500 MB, the limit is 750 MB',
    ]);
    expect(reasons([point('2×1', 1, 10), point('2×1', 2, 18)], { batch: 1 })).toEqual(['batch 1 is set']);
  });
});

describe('a batch that is set', () => {
  const points = [point('2×1', 1, 20), point('2×1', 2, 40), point('2×1', 4, 80), point('2×1', 8, 160)];

  it('is refused over the promise, and the largest legal one is named', () => {
    const choice = choosePoint(points, { ...LIMITS, batch: 8 });
    expect(choice).toMatchObject({
      chosen: undefined,
      at: points[3],
      largestLegal: 4,
      reason: 'twice its 160 ms is 320 ms, more than the promised 300 ms',
    });
  });

  it('of one is never refused: nothing is smaller', () => {
    const choice = choosePoint(points, { ...LIMITS, sloMs: 30, batch: 1 });
    expect(choice).toMatchObject({ chosen: points[0], reason: expect.stringContaining('30 ms') });
  });
});

describe('any choice', () => {
  const shape = fc.constantFrom('1×1', '2×1', '1×2', '4×1');
  const anyPoint = fc
    .tuple(shape, fc.constantFrom(1, 2, 4, 8, 16), fc.double({ min: 1, max: 400, noNaN: true }))
    .map(([name, batch, p95Ms]) => point(name, batch, p95Ms));

  it('is legal if one is, is within 3 % of the best legal one, and gives each other point a reason', () => {
    fc.assert(
      fc.property(fc.array(anyPoint, { minLength: 1, maxLength: 20 }), (points) => {
        const { chosen, rejected } = choose(points);
        expect(rejected).toHaveLength(points.length - 1);
        for (const { reason } of rejected) expect(reason).not.toBe('');
        const legal = points.filter((one) => faultOf(one, LIMITS) === undefined);
        if (legal.length === 0) return;
        expect(faultOf(chosen, LIMITS)).toBeUndefined();
        const best = Math.max(...legal.map(({ perSecond }) => perSecond));
        expect(chosen.perSecond).toBeGreaterThanOrEqual(best * 0.97);
        for (const one of legal.filter(({ perSecond }) => perSecond >= best * 0.97)) {
          expect(chosen.service.p50Ms).toBeLessThanOrEqual(one.service.p50Ms);
        }
      }),
    );
  });
});

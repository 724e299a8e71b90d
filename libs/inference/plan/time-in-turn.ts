import type { PlanPoint, PlanRow } from '#contracts/plan-answer.js';
import { perSecond, timesOf } from './plan-times.js';
import { runsFor, type TimedPool } from './timed-pool.js';
import type { TimedPools } from './timed-pools.js';

interface Contender {
  readonly row: PlanRow;
  readonly pool: TimedPool;
  readonly times: number[];
}

/** Another shape with this share of the capacity may only have been measured at a worse moment. */
const RIVAL_SHARE = 0.75;
const ROUNDS = 4;
const ROUND_EFFORT = { targetMs: 40, runsMin: 1, runsMax: 4 };

/**
 * What a choice hangs on, and is to be timed in turn with it: its smaller batches, as its own service time is put
 * together; the best point of another shape if that is near; and that of the first shape in any case, which a busy
 * moment may have struck. Empty when nothing is in doubt.
 *
 * @param rows those of the most promising shape first
 */
export function contendersOf(chosen: PlanRow, rows: readonly PlanRow[]): PlanRow[] {
  const own = rows.filter((row) => shapeName(row) === shapeName(chosen) && row.batch <= chosen.batch);
  const others = rows.filter((row) => shapeName(row) !== shapeName(chosen)).sort((a, b) => b.perSecond - a.perSecond);
  const near = others.slice(0, 1).filter(({ perSecond: rate }) => rate >= chosen.perSecond * RIVAL_SHARE);
  const promising = others.filter((row) => shapeName(row) === shapeName(rows[0] ?? chosen)).slice(0, 1);
  const rivals = [...new Set([...near, ...promising])];
  return own.length + rivals.length === 1 ? [] : [...own, ...rivals];
}

/**
 * Times pictures at some points, one point after the other in several rounds, so that whatever else the machine does
 * strikes all alike.
 *
 * @param rows as measured before
 * @returns the same rows with these service times
 */
export async function timeInTurn(
  pools: TimedPools,
  modelRef: string,
  rows: readonly PlanRow[],
  picture: string,
): Promise<PlanRow[]> {
  const opened = new Map<string, TimedPool>();
  const contenders: Contender[] = [];
  for (const row of rows) {
    const ofShape = rows.filter((other) => shapeName(other) === shapeName(row));
    const batchMax = Math.max(...ofShape.map(({ batch }) => batch));
    const pool = opened.get(shapeName(row)) ?? (await pools.open(modelRef, row, batchMax));
    opened.set(shapeName(row), pool);
    await pool.service(picture, row.batch, 1); // the first run allocates
    contenders.push({ row, pool, times: [] });
  }
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const { pool, row, times } of contenders) {
      const served = await pool.service(picture, row.batch, runsFor(row.service.p50Ms, ROUND_EFFORT));
      times.push(...served.map(({ ms }) => ms));
    }
  }
  const again = contenders.map(({ row, pool, times }): PlanRow => {
    const service = timesOf(times);
    const rate = perSecond(row.workers, row.batch, service);
    return { ...row, service, serviceMeasured: true, perSecond: rate, rssBytes: Math.max(row.rssBytes, pool.rssBytes) };
  });
  await Promise.all([...opened.values()].map((pool) => pool.close()));
  return again;
}

/** `2 × 1, batch 4`: workers, threads, batch. */
export const pointName = (point: PlanPoint): string => `${shapeName(point)}, batch ${point.batch}`;

const shapeName = ({ workers, threads }: PlanPoint): string => `${workers} × ${threads}`;

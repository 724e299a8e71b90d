import type { DataSource } from 'typeorm';

import type { Usage } from '#moderation/capacity/cost.js';
import type { UsageMinute } from '#moderation/capacity/usage-minute.js';

import { withDatabase } from './errors.js';

/** What the tiers took, minute by minute. */
export class UsageStore {
  constructor(private readonly database: DataSource) {}

  /**
   * Writes what minutes amount to so far, not what came since: the same minute may be written again and again, also when
   * nobody knows whether it was written, and late statements change nothing, for the larger number stays.
   *
   * @param minutes none of them twice
   */
  async write(minutes: readonly UsageMinute[]): Promise<void> {
    if (minutes.length === 0) return;
    const column = <T>(of: (minute: UsageMinute) => T): T[] => minutes.map(of);
    await withDatabase(() =>
      this.database.query(
        `INSERT INTO usage (minute, tier, model_id, instance, busy_core_ms, allocated_core_ms, cpu_ms, items)
         SELECT * FROM unnest($1::timestamptz[], $2::text[], $3::text[], $4::uuid[], $5::bigint[], $6::bigint[],
                              $7::bigint[], $8::bigint[])
         ON CONFLICT (minute, tier, model_id, instance) DO UPDATE SET
           busy_core_ms = greatest(usage.busy_core_ms, excluded.busy_core_ms),
           allocated_core_ms = greatest(usage.allocated_core_ms, excluded.allocated_core_ms),
           cpu_ms = greatest(usage.cpu_ms, excluded.cpu_ms),
           items = greatest(usage.items, excluded.items)`,
        [
          column(({ minuteMs }) => new Date(minuteMs)),
          column(({ tier }) => tier),
          column(({ modelId }) => modelId),
          column(({ instance }) => instance),
          column(({ busyCoreMs }) => Math.round(busyCoreMs)),
          column(({ allocatedCoreMs }) => Math.round(allocatedCoreMs)),
          column(({ cpuMs }) => (cpuMs === null ? null : Math.round(cpuMs))),
          column(({ items }) => items),
        ],
      ),
    );
  }

  /** Forgets the minutes that began before a time. @returns how many rows */
  async forget(before: Date): Promise<number> {
    const [, count] = await withDatabase(() =>
      this.database.query<[unknown, number]>(`DELETE FROM usage WHERE minute < $1`, [before]),
    );
    return count;
  }

  /** What each tier and model version took in the minutes that began within a stretch of time, its end not in it. */
  sum(from: Date, until: Date): Promise<Usage[]> {
    return withDatabase(() =>
      this.database.query<Usage[]>(
        `SELECT tier, model_id AS "modelId", sum(busy_core_ms)::float8 AS "busyCoreMs",
                sum(allocated_core_ms)::float8 AS "allocatedCoreMs", sum(cpu_ms)::float8 AS "cpuMs",
                sum(items)::float8 AS items
         FROM usage WHERE minute >= $1 AND minute < $2 GROUP BY tier, model_id ORDER BY tier, model_id`,
        [from, until],
      ),
    );
  }
}

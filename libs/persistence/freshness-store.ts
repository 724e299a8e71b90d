import type { DataSource } from 'typeorm';

import type { ClassFreshness, FreshnessAnswer } from '#contracts/freshness-answer.js';
import { backlogSeconds, rateOf } from '#moderation/capacity/backlog-seconds.js';
import { TRAFFIC_CLASSES, type TrafficClass } from '#moderation/words.js';

import { withDatabase } from './errors.js';

/** What of a traffic class waits for its final. */
type WaitingOfClass = Pick<ClassFreshness, 'class' | 'waiting' | 'waitingLate' | 'oldestMs'>;

/** What waits for a final, and how long it will at the rate of the last minutes. */
export interface BacklogNow extends Omit<FreshnessAnswer, 'classes'> {
  readonly classes: readonly WaitingOfClass[];
}

type FinalsOfClass = Pick<ClassFreshness, 'class' | 'finals' | 'p50Ms' | 'p95Ms' | 'lateFinals'>;

/** Tells how old assets are at their finals, and how much waits. */
export class FreshnessStore {
  constructor(private readonly database: DataSource) {}

  /** What waits, for those who ask every few seconds. */
  backlog(): Promise<BacklogNow> {
    return withDatabase(async () => {
      const rows = await this.database.query<WaitingOfClass[]>(WAITING);
      const [finals] = await this.database.query<{ n: number; sinceS: number | null }[]>(RATE);
      const classes = TRAFFIC_CLASSES.map((name) => ofClass(rows, name) ?? nothingWaits(name));
      const waiting = classes.reduce((sum, one) => sum + one.waiting, 0);
      const finalsPerSecond = rateOf(finals?.n ?? 0, finals?.sinceS ?? 0);
      return { classes, waiting, finalsPerSecond, backlogSeconds: backlogSeconds(waiting, finalsPerSecond) };
    });
  }

  /** The backlog, and the finals of the last hour: sorts all their ages. */
  report(): Promise<FreshnessAnswer> {
    return withDatabase(async () => {
      const now = await this.backlog();
      const finals = await this.database.query<FinalsOfClass[]>(FINALS);
      const blocks = await this.database.query<{ class: TrafficClass; n: number }[]>(LATE_BLOCKS);
      const classes = now.classes.map((waiting) => ({
        ...waiting,
        ...(ofClass(finals, waiting.class) ?? { finals: 0, p50Ms: null, p95Ms: null, lateFinals: 0 }),
        lateBlocks: ofClass(blocks, waiting.class)?.n ?? 0,
      }));
      return { ...now, classes };
    });
  }
}

const ofClass = <T extends { readonly class: TrafficClass }>(rows: readonly T[], name: TrafficClass): T | undefined =>
  rows.find((row) => row.class === name);

const nothingWaits = (name: TrafficClass): WaitingOfClass => ({
  class: name,
  waiting: 0,
  waitingLate: 0,
  oldestMs: null,
});

const WAITING = `
  SELECT traffic_class AS class, count(*)::integer AS waiting,
    (count(*) FILTER (WHERE final_by < now()))::integer AS "waitingLate",
    extract(epoch FROM now() - min(received_at))::float8 * 1000 AS "oldestMs"
  FROM pending_final GROUP BY traffic_class`;

/** As the index of finals by time has it. */
const IS_FINAL = `d.stage = 'final' AND d.cause IS NULL AND d.source NOT IN ('moderator', 'appeal')`;

const RATE = `
  SELECT count(*)::integer AS n, extract(epoch FROM now() - min(d.decided_at))::float8 AS "sinceS"
  FROM decision d WHERE ${IS_FINAL} AND d.decided_at > now() - interval '2 minutes'`;

const FINALS = `
  SELECT a.traffic_class AS class, count(*)::integer AS finals,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY age.ms) AS "p50Ms",
    percentile_cont(0.95) WITHIN GROUP (ORDER BY age.ms) AS "p95Ms",
    (count(*) FILTER (WHERE d.decided_at > a.final_by))::integer AS "lateFinals"
  FROM decision d JOIN asset a ON a.id = d.asset_id,
    LATERAL (SELECT extract(epoch FROM d.decided_at - a.received_at)::float8 * 1000 AS ms) AS age
  WHERE ${IS_FINAL} AND d.decided_at > now() - interval '1 hour'
  GROUP BY a.traffic_class`;

const LATE_BLOCKS = `
  SELECT a.traffic_class AS class, count(*)::integer AS n
  FROM decision d JOIN asset a ON a.id = d.asset_id
  WHERE d.cause = 'late' AND d.decided_at > now() - interval '1 hour'
  GROUP BY a.traffic_class`;

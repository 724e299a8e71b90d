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

/** The same, counted so far and no further: where there is `more`, each number is at least so much. */
export interface BacklogGlance extends Omit<BacklogNow, 'classes'> {
  readonly classes: readonly (WaitingOfClass & { readonly more: boolean })[];
  readonly more: boolean;
}

type FinalsOfClass = Pick<ClassFreshness, 'class' | 'finals' | 'p50Ms' | 'p95Ms' | 'lateFinals'>;

/** Of each class. More are not counted one by one where people look on. */
const COUNTED_MAX = 50_000;

/** Tells how old assets are at their finals, and how much waits. */
export class FreshnessStore {
  constructor(
    private readonly database: DataSource,
    private readonly countedMax = COUNTED_MAX,
  ) {}

  /** All that waits, however much: for alarms, which must be right. */
  backlog(): Promise<BacklogNow> {
    return withDatabase(async () => {
      const rows = await this.database.query<WaitingOfClass[]>(WAITING);
      const classes = TRAFFIC_CLASSES.map((name) => ofClass(rows, name) ?? nothingWaits(name));
      return { classes, ...(await this.atRate(classes)) };
    });
  }

  /** What waits, for people who look on: takes no longer however much it is. What has been begun is counted first. */
  glance(): Promise<BacklogGlance> {
    return withDatabase(async () => {
      const parameters = [TRAFFIC_CLASSES, this.countedMax];
      const rows = await this.database.query<(WaitingOfClass & { more: boolean })[]>(GLANCE, parameters);
      const classes = TRAFFIC_CLASSES.map((name) => ofClass(rows, name) ?? { ...nothingWaits(name), more: false });
      return { classes, more: classes.some(({ more }) => more), ...(await this.atRate(classes)) };
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

  private async atRate(classes: readonly WaitingOfClass[]): Promise<Omit<BacklogNow, 'classes'>> {
    const [finals] = await this.database.query<{ n: number; sinceS: number | null }[]>(RATE);
    const waiting = classes.reduce((sum, one) => sum + one.waiting, 0);
    const finalsPerSecond = rateOf(finals?.n ?? 0, finals?.sinceS ?? 0);
    return { waiting, finalsPerSecond, backlogSeconds: backlogSeconds(waiting, finalsPerSecond) };
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

/** What waits of a class `c.class` that nobody has begun, and the rest: each as its index has it. */
const FRESH = `p.traffic_class = c.class AND p.attempts = 0 AND p.lease_expires_at IS NULL`;
const BEGUN = `p.traffic_class = c.class AND (p.attempts > 0 OR p.lease_expires_at IS NOT NULL)`;
const IN_TURN = `p.hurried_at, p.received_at, p.asset_id`;

/**
 * Of the classes $1, up to $2 of each. The oldest is found beside them, for what is hurried comes before it: of what nobody
 * has begun it is the first that is not hurried.
 */
const GLANCE = `
  SELECT c.class, least(found.n, $2::integer) AS waiting, least(found.late, $2::integer) AS "waitingLate",
    found.n > $2::integer AS more, extract(epoch FROM now() - least(found.oldest, next.received_at))::float8 * 1000 AS "oldestMs"
  FROM unnest($1::text[]) AS c (class)
  CROSS JOIN LATERAL (
    SELECT count(*)::integer AS n, (count(*) FILTER (WHERE final_by < now()))::integer AS late, min(received_at) AS oldest
    FROM (
      (SELECT p.final_by, p.received_at FROM pending_final p WHERE ${BEGUN} LIMIT $2::integer + 1)
      UNION ALL (SELECT p.final_by, p.received_at FROM pending_final p WHERE ${FRESH} ORDER BY ${IN_TURN} LIMIT $2::integer + 1)
      LIMIT $2::integer + 1
    ) AS counted
  ) AS found
  LEFT JOIN LATERAL (
    SELECT p.received_at FROM pending_final p WHERE ${FRESH} AND p.hurried_at IS NULL ORDER BY ${IN_TURN} LIMIT 1
  ) AS next ON true`;

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

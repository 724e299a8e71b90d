import { BINS_PER_DOUBLING, SHORTEST_MS } from '#moderation/overview/duration-bins.js';
import type { Measure } from '#moderation/overview/cells.js';

/** $1 and $2: from when until before when; $3: milliseconds of a step. */
const within = (time: string): string => `${time} >= $1::timestamptz AND ${time} < $2::timestamptz`;
/** When the step begins that a time lies in, epoch milliseconds. */
const stepOf = (time: string): string =>
  `floor(extract(epoch FROM ${time})::float8 * 1000 / $3::float8) * $3::float8 AS at`;
/** As `binOf` has it. */
const binOf = (ms: string): string =>
  `floor(ln(greatest((${ms})::float8, ${SHORTEST_MS})) / ln(2.0::float8) * ${BINS_PER_DOUBLING})::integer`;
const msBetween = (from: string, to: string): string => `extract(epoch FROM ${to} - ${from})::float8 * 1000`;

/** Adds up rows of a grouped table by some of its columns. */
const cells = (measure: Measure, name: string, from: string, count = 'sum(n)'): string =>
  `SELECT at, '${measure}' AS measure, ${name} AS name, ${count}::float8 AS count FROM ${from} GROUP BY at, 3 HAVING ${count} > 0`;

/** How often what is told apart, of rows of reconciliation: $4 and $5 as `CELLS` has them. */
const RECONCILED = `${stepOf('r.reconciled_at')}, r.transition, ${binOf('r.exposure_ms')} AS exposure,
      r.exposure_ms > $4 AS exposed_over, ${binOf('r.wrongful_hold_ms')} AS hold, r.wrongful_hold_ms > $5 AS held_over`;

/**
 * Takes its numbers from indexes alone, but for finals, of which each asset is looked up by key, and what was taken back:
 * of that neither the decision nor what took it back counts as a reconciliation.
 */
const GROUPED = `
  uploads AS (
    SELECT ${stepOf('received_at')}, traffic_class AS class, count(*) AS n
    FROM asset WHERE ${within('received_at')} GROUP BY 1, 2
  ), provisionals AS (
    SELECT ${stepOf('decided_at')}, verdict || ' ' || source AS what, count(*) AS n
    FROM decision WHERE revision = 1 AND ${within('decided_at')} GROUP BY 1, 2
  ), finals AS (
    SELECT ${stepOf('d.decided_at')}, a.traffic_class AS class, d.source,
      ${binOf(msBetween('a.received_at', 'd.decided_at'))} AS bin, d.decided_at > a.final_by AS late, count(*) AS n
    FROM decision d JOIN asset a ON a.id = d.asset_id
    WHERE d.stage = 'final' AND d.cause IS NULL AND d.source NOT IN ('moderator', 'appeal') AND ${within('d.decided_at')}
    GROUP BY 1, 2, 3, 4, 5
  ), reconciled AS (
    SELECT ${RECONCILED}, count(*) AS n
    FROM reconciliation r WHERE ${within('r.reconciled_at')} GROUP BY 1, 2, 3, 4, 5, 6
    UNION ALL
    SELECT ${RECONCILED}, -count(*) AS n
    FROM decision u JOIN reconciliation r ON r.asset_id = u.asset_id AND r.revision IN (u.revision, u.supersedes)
    WHERE u.cause = 'undo' AND u.decided_at >= $1::timestamptz AND ${within('r.reconciled_at')} GROUP BY 1, 2, 3, 4, 5, 6
  ), opened AS (
    SELECT ${stepOf('opened_at')}, change, count(*) AS n FROM review WHERE ${within('opened_at')} GROUP BY 1, 2
  ), decided AS (
    SELECT ${stepOf('decided_at')}, ${binOf(msBetween('opened_at', 'decided_at'))} AS bin, count(*) AS n
    FROM review WHERE decided_at IS NOT NULL AND ${within('decided_at')} GROUP BY 1, 2
  ), dead AS (
    SELECT ${stepOf('created_at')}, reason, count(*) AS n FROM dead_letter WHERE ${within('created_at')} GROUP BY 1, 2
  )`;

/** When decisions were that were taken back since $1, epoch milliseconds. */
export const UNDONE = `
  SELECT extract(epoch FROM d.decided_at)::float8 * 1000 AS at
  FROM decision u JOIN decision d ON d.asset_id = u.asset_id AND d.revision = u.supersedes
  WHERE u.cause = 'undo' AND u.decided_at >= $1::timestamptz`;

/** What rows tell of each step: `at`, `measure`, `name`, `count`. $4 and $5: the SLOs of exposure and wrongful hold. */
export const CELLS = `WITH ${GROUPED}
  ${[
    cells('upload', 'class', 'uploads'),
    cells('provisional', 'what', 'provisionals'),
    cells('final', 'source', 'finals'),
    cells('age', `class || ' ' || bin`, 'finals'),
    cells('late', 'class', 'finals WHERE late'),
    cells('transition', 'transition', 'reconciled'),
    cells('exposure', 'exposure::text', 'reconciled WHERE exposed_over IS NOT NULL'),
    cells('exposure_over', `''`, 'reconciled WHERE exposed_over'),
    cells('hold', 'hold::text', 'reconciled WHERE held_over IS NOT NULL'),
    cells('hold_over', `''`, 'reconciled WHERE held_over'),
    cells('opened', 'change', 'opened'),
    cells('decided', `''`, 'decided'),
    cells('case_age', 'bin::text', 'decided'),
    cells('dead_letter', 'reason', 'dead'),
  ].join('\n  UNION ALL\n  ')}`;

/**
 * Which tier found which label above its block threshold, of the assets that both scored: `at`, `measure`, `name`,
 * `count`. $4: the labels.
 */
export const FOUND = `
  WITH pairs AS (
    SELECT ${stepOf('d.decided_at')}, p.reasons AS fast, d.reasons AS heavy
    FROM decision d JOIN decision p ON p.asset_id = d.asset_id AND p.revision = 1 AND p.source = 'fast'
    WHERE d.stage = 'final' AND d.cause IS NULL AND d.source NOT IN ('moderator', 'appeal') AND d.source = 'heavy'
      AND ${within('d.decided_at')}
  ), found AS (
    SELECT at, label, fast @> one AS by_fast, heavy @> one AS by_heavy
    FROM pairs, unnest($4::text[]) AS label,
      LATERAL (SELECT jsonb_build_array(jsonb_build_object('code', 'violating', 'label', label)) AS one) AS o
    WHERE fast <> '[]' OR heavy <> '[]'
  )
  ${cells('found', `label || CASE WHEN by_fast AND by_heavy THEN ' both' WHEN by_fast THEN ' fast' ELSE ' heavy' END`, 'found WHERE by_fast OR by_heavy', 'count(*)')}
  UNION ALL
  ${cells('compared', `''`, 'pairs', 'count(*)')}`;

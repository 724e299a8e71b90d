import type { DataSource } from 'typeorm';

import type { Finding, Label } from '#moderation/label.js';
import { columnsOf, FAST, FLAGS, foldInto, HEAVY, scoreColumns } from '#moderation/replay/score-columns.js';
import { addTo, humanNumber, standingNumber, type LabelSample } from '#moderation/statistics/label-sample.js';
import type { Source, Stage, Verdict } from '#moderation/words.js';

import { briefly } from './briefly.js';
import { saysDegraded } from './degraded.js';
import { withDatabase } from './errors.js';
import { readReals } from './read-reals.js';

/** Which assets' scores: received from one time to before another, of one client or of all. */
export interface ScoreWindow {
  readonly from: Date;
  readonly before: Date;
  readonly clientId: string | null;
}

/** Scores of some assets, the newest first, with what became of each. */
export interface ScorePage {
  readonly sample: LabelSample;
  /** Ids of the rows. */
  readonly ids: readonly string[];
  /** The next page begins behind it; null where nothing lies behind. */
  readonly next: string | null;
  /** When the last asset that was looked at was received; null where there was none. */
  readonly reachedMs: number | null;
}

interface ScoreRow {
  readonly id: string;
  readonly receivedMs: number;
  readonly inside: boolean;
  readonly degraded: boolean;
  readonly fastDegraded: boolean;
  readonly fastSource: Source | null;
  readonly fastVerdict: Verdict | null;
  readonly fastModel: string | null;
  readonly fast: Buffer | null;
  readonly heavyModel: string | null;
  readonly heavy: Buffer | null;
  readonly stage: Stage;
  readonly verdict: Verdict;
  readonly source: Source;
  readonly policyLabel: Finding | null;
}

/** Ids are of the time an asset came, by the clock of the service that it came to. */
const CLOCKS_APART_MS = 24 * 3_600_000;
/** Two thousand look-ups by key take tens of milliseconds. Hashing whole tables instead, as planners like to, takes seconds. */
export const BY_KEY = `SELECT set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true)`;

/** Reads stored scores by key, in pages, into columns. */
export class ScoreStore {
  private readonly models = new Map<string, Int8Array>();

  constructor(private readonly database: DataSource) {}

  /**
   * The assets of a window behind a cursor, at most `most` of them; what is outside the window, or erased, is passed over
   * and yet counts.
   *
   * @throws DatabaseLate, also when the page takes longer than two seconds
   */
  async page({ from, before, clientId }: ScoreWindow, most: number, cursor?: string): Promise<ScorePage> {
    const newest = cursor ?? leastId(before.getTime() + CLOCKS_APART_MS);
    const values = [newest, leastId(from.getTime() - CLOCKS_APART_MS), most, from, before];
    const [statement, parameters] = clientId === null ? [OF_ALL, values] : [OF_CLIENT, [...values, clientId]];
    const rows = await briefly(this.database, async (transaction) => {
      await transaction.query(BY_KEY);
      return transaction.query<ScoreRow[]>(statement, parameters);
    });
    await this.learnModels(rows);
    const inside = rows.filter((row) => row.inside);
    const last = rows.at(-1);
    return {
      sample: this.sampleOf(inside),
      ids: inside.map(({ id }) => id),
      next: rows.length < most ? null : (last?.id ?? null),
      reachedMs: last?.receivedMs ?? null,
    };
  }

  /** When the first asset of all came, or the first of a client; undefined where none did. */
  async firstReceived(clientId: string | null): Promise<Date | undefined> {
    const [statement, parameters] = clientId === null ? [FIRST_OF_ALL, []] : [FIRST_OF_CLIENT, [clientId]];
    const rows = await withDatabase(() => this.database.query<{ at: Date }[]>(statement, parameters));
    return rows[0]?.at;
  }

  private sampleOf(rows: readonly ScoreRow[]): LabelSample {
    const columns = scoreColumns(rows.length);
    const [standing, human] = [new Uint8Array(rows.length), new Uint8Array(rows.length)];
    const models = { fast: new Map<string, number>(), heavy: new Map<string, number>() };
    for (const [row, found] of rows.entries()) {
      const isHuman = found.source === 'moderator' || found.source === 'appeal';
      const { fastModel, fast, heavyModel, heavy } = found;
      columns.fastState[row] = fastStateOf(found);
      columns.heavyState[row] = heavy === null ? HEAVY.none : HEAVY.scored;
      columns.flags[row] = flagsOf(found) | (isHuman ? FLAGS.human : 0);
      if (fast !== null && fastModel !== null) {
        foldInto(columns.fast, row, readReals(fast), this.columnsOf(fastModel));
        addTo(models.fast, fastModel, 1);
      }
      if (heavy !== null && heavyModel !== null) {
        foldInto(columns.heavy, row, readReals(heavy), this.columnsOf(heavyModel));
        addTo(models.heavy, heavyModel, 1);
      }
      standing[row] = standingNumber(found.stage === 'final' ? found.verdict : null);
      human[row] = humanNumber(isHuman ? found.verdict : null, found.policyLabel);
    }
    return { columns, standing, human, models };
  }

  private columnsOf(modelId: string): Int8Array {
    const columns = this.models.get(modelId);
    if (columns === undefined) throw new Error(`no model version ${modelId}`);
    return columns;
  }

  /** Versions of models are few and never change. */
  private async learnModels(rows: readonly ScoreRow[]): Promise<void> {
    const ids = new Set(rows.flatMap(({ fastModel, heavyModel }) => [fastModel, heavyModel]));
    const unknown = [...ids].filter((id) => id !== null && !this.models.has(id));
    if (unknown.length === 0) return;
    const found = await withDatabase(() =>
      this.database.query<{ id: string; labels: Label[] }[]>(
        `SELECT id, labels FROM model_version WHERE id = ANY ($1)`,
        [unknown],
      ),
    );
    for (const { id, labels } of found) this.models.set(id, columnsOf(labels));
  }
}

const flagsOf = ({ degraded, fastDegraded }: ScoreRow): number =>
  (degraded ? FLAGS.degraded : 0) | (fastDegraded ? FLAGS.fastDegraded : 0);

function fastStateOf({ fastSource, fastVerdict, fast }: ScoreRow): number {
  if (fastSource === 'hash') return fastVerdict === 'allow' ? FAST.keptAllow : FAST.keptBlock;
  return fast === null ? FAST.unavailable : FAST.scored;
}

/** The smallest id of a time: a version 7 UUID begins with its 48 bits of epoch milliseconds (RFC 9562). */
function leastId(ms: number): string {
  const hex = Math.max(0, Math.floor(ms)).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-0000-0000-000000000000`;
}

/**
 * The provisional decision is the first. A final that the machine took by scores is the newest that it took and no rollback
 * of a campaign took back; what a bank decided, or nobody could, has none that a policy judges.
 */
const pageOf = (ofWhom: string): string => `
  WITH looked AS MATERIALIZED (
    SELECT a.id, a.received_at, a.erased_at, a.degraded, a.standing_revision
    FROM asset a WHERE a.id < $1::uuid AND a.id >= $2::uuid ${ofWhom}
    ORDER BY a.id DESC LIMIT $3
  )
  SELECT a.id, extract(epoch FROM a.received_at)::float8 * 1000 AS "receivedMs",
    a.erased_at IS NULL AND a.received_at >= $4 AND a.received_at < $5 AS inside,
    cardinality(a.degraded) > 0 OR coalesce(${saysDegraded('f.reasons')}, false) AS degraded,
    ${saysDegraded('p.reasons')} AS "fastDegraded",
    p.source AS "fastSource", p.verdict AS "fastVerdict", fc.model_id AS "fastModel", array_send(fc.scores) AS fast,
    hc.model_id AS "heavyModel", array_send(hc.scores) AS heavy,
    d.stage, d.verdict, d.source, d.policy_label AS "policyLabel"
  FROM looked a
  JOIN decision p ON p.asset_id = a.id AND p.revision = 1
  JOIN decision d ON d.asset_id = a.id AND d.revision = a.standing_revision
  LEFT JOIN LATERAL (
    SELECT m.source, m.model_id, m.reasons FROM decision m
    WHERE m.asset_id = a.id AND m.stage = 'final' AND m.source IN ('heavy', 'hash', 'default')
      AND m.cause IS DISTINCT FROM 'undo' AND m.cause IS DISTINCT FROM 'rollback'
      AND NOT EXISTS (SELECT 1 FROM decision r WHERE m.cause = 'campaign' AND r.asset_id = m.asset_id
        AND r.cause = 'rollback' AND r.cause_id = m.cause_id)
    ORDER BY m.revision DESC LIMIT 1
  ) f ON true
  LEFT JOIN classification fc ON fc.asset_id = a.id AND fc.model_id = p.model_id AND p.source = 'fast'
  LEFT JOIN classification hc ON hc.asset_id = a.id AND hc.model_id = f.model_id AND f.source = 'heavy'
  ORDER BY a.id DESC`;

const firstOf = (whose: string): string => `SELECT received_at AS at FROM asset ${whose} ORDER BY id LIMIT 1`;
const FIRST_OF_ALL = firstOf('');
const FIRST_OF_CLIENT = firstOf('WHERE client_id = $1');

const OF_ALL = pageOf('');
const OF_CLIENT = pageOf('AND a.client_id = $6');

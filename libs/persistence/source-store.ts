import type { DataSource } from 'typeorm';
import { uuidv7 } from 'uuidv7';

import { NO_FIGURES, type IngestKind, type RunFigures } from '#moderation/sources/source.js';
import type { TrafficClass } from '#moderation/words.js';

import { withDatabase } from './errors.js';

/** A folder or S3 prefix that images are taken from, and its run under way or last. */
export interface IngestSource {
  readonly id: string;
  readonly kind: IngestKind;
  readonly location: string;
  readonly clientId: string;
  /** The client's name. */
  readonly client: string;
  readonly createdAt: Date;
  /** How many runs have begun. */
  readonly run: number;
  /** Of what the run uploads; null before the first. */
  readonly trafficClass: TrafficClass | null;
  /** The last item that the run has handled; null at its beginning and after its end. */
  readonly cursor: Buffer | null;
  readonly figures: RunFigures;
  readonly startedAt: Date | null;
  /** Null as long as the run is not at its end, also when nobody works on it. */
  readonly endedAt: Date | null;
}

export interface SourcePlace {
  readonly kind: IngestKind;
  readonly location: string;
  readonly clientId: string;
}

/** More sources than people look through. */
const LISTED_MAX = 1_000;

/** Ingest sources and how far their runs are. */
export class SourceStore {
  constructor(private readonly database: DataSource) {}

  /** The source of a client at a place, made if there was none. */
  async ensure({ kind, location, clientId }: SourcePlace): Promise<IngestSource> {
    await withDatabase(() =>
      this.database.query(
        `INSERT INTO source (id, kind, location, client_id, figures) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (kind, location, client_id) DO NOTHING`,
        [uuidv7(), kind, location, clientId, JSON.stringify(NO_FIGURES)],
      ),
    );
    const source = await this.at({ kind, location, clientId });
    if (source === undefined) throw new Error('a source that was written is there');
    return source;
  }

  /** The source of a client at a place; undefined where there was never a run. */
  async at({ kind, location, clientId }: SourcePlace): Promise<IngestSource | undefined> {
    const rows = await this.select('s.kind = $1 AND s.location = $2 AND s.client_id = $3', [kind, location, clientId]);
    return rows[0];
  }

  async find(id: string): Promise<IngestSource | undefined> {
    return (await this.select('s.id = $1', [id]))[0];
  }

  /** The sources at a location, one for each client that has taken images from there. */
  atLocation(location: string): Promise<IngestSource[]> {
    return this.select('s.location = $1', [location]);
  }

  /** The newest first; up to a thousand. */
  list(): Promise<IngestSource[]> {
    return this.select('true', []);
  }

  /**
   * Begins a run, or goes on with one that has not come to its end: with its number, its class, and behind its cursor.
   *
   * @returns the source as it is now, and whether the run goes on
   */
  async begin(id: string, trafficClass: TrafficClass): Promise<{ source: IngestSource; goesOn: boolean }> {
    const [, begun] = await withDatabase(() =>
      this.database.query<[unknown, number]>(
        `UPDATE source SET run = run + 1, traffic_class = $2, cursor = NULL, figures = $3, started_at = now(),
           ended_at = NULL
         WHERE id = $1 AND (started_at IS NULL OR ended_at IS NOT NULL)`,
        [id, trafficClass, JSON.stringify(NO_FIGURES)],
      ),
    );
    const source = await this.find(id);
    if (source === undefined) throw new Error('a source whose run begins is there');
    return { source, goesOn: begun === 0 };
  }

  /** Everything up to the item `cursor` is handled. @param figures of the run so far */
  async advance(id: string, run: number, cursor: Uint8Array, figures: RunFigures): Promise<void> {
    await withDatabase(() =>
      this.database.query(
        `UPDATE source SET cursor = $3, figures = $4 WHERE id = $1 AND run = $2 AND ended_at IS NULL`,
        [id, run, cursor, JSON.stringify(figures)],
      ),
    );
  }

  /** The run has come to the end of its listing. */
  async end(id: string, run: number, figures: RunFigures): Promise<void> {
    await withDatabase(() =>
      this.database.query(
        `UPDATE source SET cursor = NULL, figures = $3, ended_at = now()
         WHERE id = $1 AND run = $2 AND ended_at IS NULL`,
        [id, run, JSON.stringify(figures)],
      ),
    );
  }

  private select(condition: string, values: readonly unknown[]): Promise<IngestSource[]> {
    return withDatabase(() =>
      this.database.query<IngestSource[]>(
        `SELECT s.id, s.kind, s.location, s.client_id AS "clientId", c.name AS client, s.created_at AS "createdAt", s.run,
           s.traffic_class AS "trafficClass", s.cursor, s.figures, s.started_at AS "startedAt", s.ended_at AS "endedAt"
         FROM source s JOIN client c ON c.id = s.client_id WHERE ${condition} ORDER BY s.id DESC LIMIT ${LISTED_MAX}`,
        [...values],
      ),
    );
  }
}

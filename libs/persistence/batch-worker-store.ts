import type { DataSource } from 'typeorm';

import { withDatabase } from './errors.js';

/** What a batch service makes of the time of its classifier processes, of its last minutes. */
export interface WorkerReport {
  /** Of the service, for as long as it runs. */
  readonly id: string;
  /** The batch it takes where no schedule is set. */
  readonly batchSize: number;
  readonly usefulMs: number;
  readonly startupMs: number;
  readonly idleMs: number;
}

export interface ReportedWorker extends WorkerReport {
  readonly reportedAt: Date;
}

/** A service that has said nothing for so long has ended. */
const SILENT_S_MAX = 30;
/** More batch services than one installation has. */
const WORKERS_MAX = 200;

/** What the batch services say of themselves. */
export class BatchWorkerStore {
  constructor(private readonly database: DataSource) {}

  /** Replaces what the service said before, and forgets services that have ended. */
  async report({ id, batchSize, usefulMs, startupMs, idleMs }: WorkerReport): Promise<void> {
    await withDatabase(() =>
      this.database.query(
        `WITH gone AS (
           DELETE FROM batch_worker WHERE id <> $1 AND reported_at < now() - $6 * interval '1 second')
         INSERT INTO batch_worker (id, batch_size, useful_ms, startup_ms, idle_ms, reported_at)
         VALUES ($1, $2, $3, $4, $5, now())
         ON CONFLICT (id) DO UPDATE
         SET batch_size = $2, useful_ms = $3, startup_ms = $4, idle_ms = $5, reported_at = now()`,
        [id, batchSize, Math.round(usefulMs), Math.round(startupMs), Math.round(idleMs), SILENT_S_MAX],
      ),
    );
  }

  /** Those that run, by id. */
  list(): Promise<ReportedWorker[]> {
    return withDatabase(() =>
      this.database.query<ReportedWorker[]>(
        `SELECT id, batch_size AS "batchSize", useful_ms::float8 AS "usefulMs", startup_ms::float8 AS "startupMs",
           idle_ms::float8 AS "idleMs", reported_at AS "reportedAt"
         FROM batch_worker WHERE reported_at > now() - $1 * interval '1 second' ORDER BY id LIMIT $2`,
        [SILENT_S_MAX, WORKERS_MAX],
      ),
    );
  }
}

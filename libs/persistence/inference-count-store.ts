import type { DataSource } from 'typeorm';

import { withDatabase } from './errors.js';

/** How many images a process has inferred for a client on a day. */
export interface InferenceCount {
  readonly clientId: string;
  /** When the day began, epoch milliseconds: midnight UTC. */
  readonly dayMs: number;
  readonly images: number;
}

/** Images that were inferred for clients and became no assets, by day. */
export class InferenceCountStore {
  constructor(private readonly database: DataSource) {}

  /**
   * Writes what a process has counted so far, not what came since: the same may be written again and again, also when nobody
   * knows whether it was, for the larger number stays.
   *
   * @param counts no client twice on a day
   */
  async write(instance: string, counts: readonly InferenceCount[]): Promise<void> {
    await withDatabase(() => this.database.query(WRITE, [instance, JSON.stringify(counts)]));
  }

  /** Forgets days that began before a time. @returns how many rows */
  async forget(before: Date): Promise<number> {
    const [, count] = await withDatabase(() =>
      this.database.query<[unknown, number]>(
        `DELETE FROM client_inference WHERE day < ($1::timestamptz AT TIME ZONE 'UTC')::date`,
        [before],
      ),
    );
    return count;
  }
}

/** In one order, so that two processes never wait for each other in a circle. */
const WRITE = `
  INSERT INTO client_inference (client_id, day, instance, images)
  SELECT c."clientId", (to_timestamp(c."dayMs" / 1000.0) AT TIME ZONE 'UTC')::date, $1::uuid, c.images
  FROM jsonb_to_recordset($2::jsonb) AS c ("clientId" uuid, "dayMs" bigint, images bigint)
  ORDER BY 1, 2
  ON CONFLICT (client_id, day, instance) DO UPDATE SET images = greatest(client_inference.images, excluded.images)`;

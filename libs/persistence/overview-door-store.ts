import { randomUUID } from 'node:crypto';

import type { DataSource } from 'typeorm';

import { tallyDoor, type DoorFigures } from '#moderation/overview/door-figures.js';
import type { Tally } from '#moderation/overview/cells.js';

import { briefly } from './briefly.js';
import { withDatabase } from './errors.js';

/** What a minute amounts to so far, at one upload service. */
interface WrittenMinute {
  readonly minuteMs: number;
  /** Grows with the figures. */
  readonly version: number;
  readonly figures: DoorFigures;
}

/** What upload services counted at their doors, minute by minute. */
export class OverviewDoorStore {
  /** Of this process: nobody else writes its rows. */
  private readonly instance = randomUUID();

  constructor(private readonly database: DataSource) {}

  /**
   * Writes what minutes amount to so far: the same minute may be written again and again, also when nobody knows whether it
   * was written, and late statements change nothing.
   *
   * @param minutes none of them twice
   */
  async write(minutes: readonly WrittenMinute[]): Promise<void> {
    if (minutes.length === 0) return;
    await withDatabase(() =>
      this.database.query(
        `INSERT INTO door_minute (minute, instance, version, figures)
         SELECT minute, $2::uuid, version, figures
         FROM unnest($1::timestamptz[], $3::bigint[], $4::jsonb[]) AS m (minute, version, figures)
         ON CONFLICT (minute, instance) DO UPDATE SET version = excluded.version, figures = excluded.figures
         WHERE door_minute.version < excluded.version`,
        [
          minutes.map(({ minuteMs }) => new Date(minuteMs)),
          this.instance,
          minutes.map(({ version }) => version),
          minutes.map(({ figures }) => JSON.stringify(figures)),
        ],
      ),
    );
  }

  /** Forgets the minutes that began before a time. @returns how many rows */
  async forget(before: Date): Promise<number> {
    const [, count] = await withDatabase(() =>
      this.database.query<[unknown, number]>(`DELETE FROM door_minute WHERE minute < $1`, [before]),
    );
    return count;
  }

  /**
   * Adds what was counted to the tallies of the steps that it lies in.
   *
   * @param tallies by the beginning of their step, epoch milliseconds
   * @throws DatabaseLate, also when it takes longer than two seconds
   */
  async tally(tallies: ReadonlyMap<number, Tally>, stepMs: number): Promise<void> {
    const [fromMs] = tallies.keys();
    if (fromMs === undefined) return;
    const untilMs = fromMs + tallies.size * stepMs;
    const rows = await briefly(this.database, (transaction) =>
      transaction.query<{ minuteMs: number; figures: DoorFigures }[]>(MINUTES, [new Date(fromMs), new Date(untilMs)]),
    );
    for (const { minuteMs, figures } of rows) {
      const tally = tallies.get(minuteMs - (minuteMs % stepMs));
      if (tally !== undefined) tallyDoor(tally, figures);
    }
  }
}

const MINUTES = `
  SELECT extract(epoch FROM minute)::float8 * 1000 AS "minuteMs", figures FROM door_minute
  WHERE minute >= $1 AND minute < $2`;

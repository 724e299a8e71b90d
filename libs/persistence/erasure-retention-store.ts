import type { DataSource, EntityManager } from 'typeorm';

import { withDatabase } from './errors.js';
import { eraseHeld } from './erasure-store.js';

/** A client whose assets are kept for a time. */
export interface Retaining {
  readonly clientId: string;
  /** The ids behind it are to be looked at: whatever has a lower one is erased. */
  readonly after: string;
}

/** What was done with one page of a client's assets. */
export interface RetentionPage {
  readonly erased: number;
  /** Of these, those whose case nobody has decided in all that time. */
  readonly undecided: number;
  /** The next page begins behind it; null when nothing behind it is old enough. */
  readonly after: string | null;
}

interface Row {
  readonly id: string;
  readonly erased: boolean;
  readonly due: boolean;
}

const BY = { cause: 'retention', by: 'retention' } as const;

/** Erases what is older than its client wants it kept. */
export class ErasureRetentionStore {
  /** @param caseDays for how much longer an open case keeps its asset, at most */
  constructor(
    private readonly database: DataSource,
    private readonly caseDays: number,
  ) {}

  /** Clients whose assets are not kept for ever. */
  retaining(): Promise<Retaining[]> {
    return withDatabase(() =>
      this.database.query<Retaining[]>(
        `SELECT id AS "clientId", erased_to AS after FROM client WHERE retention_days IS NOT NULL ORDER BY id`,
      ),
    );
  }

  /**
   * Looks at up to `most` assets of a client, in the order of their ids, and erases those whose first final is older than
   * the client's retention and on which nobody works: none that waits for another final, none whose case is open and still
   * has time, and none whose row somebody holds at this moment. All of a page or nothing.
   *
   * @returns undefined when another service is at it
   * @throws DatabaseLate; nothing is then half-written
   */
  erasePage(clientId: string, after: string, most: number): Promise<RetentionPage | undefined> {
    return withDatabase(() =>
      this.database.transaction(async (transaction): Promise<RetentionPage | undefined> => {
        const [turn] = await transaction.query<{ mine: boolean }[]>(
          `SELECT pg_try_advisory_xact_lock(hashtext('portcullis.retention')) AS mine`,
        );
        if (turn?.mine !== true) return undefined;
        const rows = await transaction.query<Row[]>(PAGE, [clientId, after, most, this.caseDays]);
        const found = rows.filter((row) => row.due).map(({ id }) => id);
        const erased = await this.eraseDue(transaction, found);
        await moveOn(transaction, clientId, after, firstLeft(rows, new Set(erased.map(({ id }) => id))));
        return {
          erased: erased.length,
          undecided: erased.filter(({ undecided }) => undecided).length,
          after: rows.length < most ? null : (rows.at(-1)?.id ?? null),
        };
      }),
    );
  }

  /** @returns those that were erased */
  private async eraseDue(transaction: EntityManager, found: readonly string[]): Promise<readonly Erased[]> {
    if (found.length === 0) return [];
    const held = await transaction.query<{ id: string }[]>(
      `SELECT id FROM asset WHERE id = ANY ($1) AND erased_at IS NULL ORDER BY id FOR UPDATE SKIP LOCKED`,
      [found],
    );
    // once more, now that nobody changes them: somebody may have had one tried again meanwhile
    const still = await transaction.query<Erased[]>(STILL_DUE, [held.map(({ id }) => id), this.caseDays]);
    const ids = still.map(({ id }) => id);
    if (ids.length > 0) await eraseHeld(transaction, ids, BY);
    return still;
  }
}

interface Erased {
  readonly id: string;
  readonly undecided: boolean;
}

/** The last id of a page up to which everything is erased; undefined where its first asset is not. */
function firstLeft(rows: readonly Row[], erased: ReadonlySet<string>): string | undefined {
  const left = rows.findIndex((row) => !row.erased && !erased.has(row.id));
  return left === -1 ? rows.at(-1)?.id : rows[left - 1]?.id;
}

/** So that the next pass does not read what this one has done; only where the page began at what was done before. */
async function moveOn(
  transaction: EntityManager,
  clientId: string,
  from: string,
  to: string | undefined,
): Promise<void> {
  if (to === undefined) return;
  await transaction.query(`UPDATE client SET erased_to = $3 WHERE id = $1 AND erased_to = $2`, [clientId, from, to]);
}

/** What is older than this has been kept for its time. @param client whose it is */
const oldest = (client: string): string =>
  `SELECT now() - c.retention_days * interval '1 day' FROM client c WHERE c.id = ${client}`;

/** Whether an asset `a` has an open case. */
const UNDECIDED = `EXISTS (SELECT 1 FROM review r WHERE r.asset_id = a.id AND r.state IN ('open', 'claimed'))`;

/**
 * Whether an asset `a` has been kept for as long as it is to be. Later finals do not prolong it; an open case does, for a
 * time. @param caseDays the parameter that says for how long
 */
const due = (caseDays: string): string => `a.stage = 'final'
    AND (SELECT min(d.decided_at) FROM decision d WHERE d.asset_id = a.id AND d.stage = 'final')
      < (${oldest('a.client_id')}) - CASE WHEN ${UNDECIDED} THEN ${caseDays} ELSE 0 END * interval '1 day'
    AND NOT EXISTS (SELECT 1 FROM pending_final p WHERE p.asset_id = a.id)`;

/** Ids are in the order of time: what is younger than the retention as an asset has no final that is older. */
const PAGE = `
  SELECT a.id, a.erased_at IS NOT NULL AS erased, a.erased_at IS NULL AND ${due('$4::integer')} AS due
  FROM asset a
  WHERE a.client_id = $1 AND a.id > $2
    AND a.id < (SELECT event_id_of((${oldest('$1')}), '00000000-0000-0000-0000-000000000000'))
  ORDER BY a.id LIMIT $3`;

const STILL_DUE = `
  SELECT a.id, ${UNDECIDED} AS undecided FROM asset a WHERE a.id = ANY ($1) AND ${due('$2::integer')} ORDER BY a.id`;

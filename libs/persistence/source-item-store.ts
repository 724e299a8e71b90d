import type { DataSource } from 'typeorm';

import type { RememberedItem } from '#moderation/sources/item-step.js';
import type { ItemChange, ItemOutcome } from '#moderation/sources/source.js';
import type { ProvisionalVerdict } from '#moderation/words.js';

import { ERASED_ITEM, NAMELESS } from './erasure-statements.js';
import { withDatabase } from './errors.js';

/** What became of one item in a run. */
export interface HandledItem {
  readonly key: Uint8Array;
  readonly version: string;
  readonly change: ItemChange;
  readonly outcome: ItemOutcome;
  /** Of what was accepted. */
  readonly assetId: string | null;
  readonly verdict: ProvisionalVerdict | null;
  /** Of what was not: the problem's code, or why it failed. */
  readonly reason: string | null;
  readonly detail: string | null;
}

/** An item that is listed now. */
export interface AskedItem {
  readonly key: Uint8Array;
  readonly version: string;
  /** What an asset of it has: its name, and in its metadata the version. */
  readonly externalId: string;
  readonly saidVersion: string;
}

/** An asset that was uploaded as an item of a source. */
export interface ItemAsset {
  readonly externalId: string;
  /** As the upload's metadata have it. */
  readonly version: string;
  readonly assetId: string;
  readonly verdict: ProvisionalVerdict;
}

/** An item that is no asset. */
export interface UnsettledItem {
  readonly key: Buffer;
  readonly version: string;
  readonly outcome: Exclude<ItemOutcome, 'accepted'>;
  readonly reason: string;
  readonly detail: string | null;
  /** How often this version was tried. */
  readonly attempts: number;
  readonly run: number;
  readonly seenAt: Date;
}

type Row = RememberedItem & { readonly key: Buffer };

/** What became of the items of sources. A key is the item's name as bytes. */
export class SourceItemStore {
  constructor(private readonly database: DataSource) {}

  /** What is known of items, also of versions whose asset was erased; those that were never taken are not among them. */
  remembered(sourceId: string, items: readonly AskedItem[]): Promise<Row[]> {
    const column = <T>(of: (item: AskedItem) => T): T[] => items.map(of);
    return withDatabase(() =>
      this.database.query<Row[]>(REMEMBERED, [
        sourceId,
        column(({ key }) => key),
        column(({ version }) => version),
        column(({ externalId }) => externalId),
        column(({ saidVersion }) => saidVersion),
      ]),
    );
  }

  /** Remembers what became of items, none of them twice. To remember the same again changes nothing but the time. */
  async remember(sourceId: string, run: number, items: readonly HandledItem[]): Promise<void> {
    if (items.length === 0) return;
    const column = <T>(of: (item: HandledItem) => T): T[] => items.map(of);
    const assetIds = column(({ assetId }) => assetId);
    await withDatabase(() =>
      this.database.transaction(async (transaction) => {
        // none of them is erased between here and the commit; whoever erases one later finds its item
        await transaction.query(`SELECT 1 FROM asset WHERE id = ANY ($1) ORDER BY id FOR KEY SHARE`, [assetIds]);
        await transaction.query(REMEMBER, [
          sourceId,
          run,
          column(({ key }) => key),
          column(({ version }) => version),
          column(({ change }) => change),
          column(({ outcome }) => outcome),
          assetIds,
          column(({ verdict }) => verdict),
          column(({ reason }) => reason),
          column(({ detail }) => detail),
        ]);
      }),
    );
  }

  /** Assets that were uploaded for a source under some external ids, in any version. */
  assets({ id, clientId }: { id: string; clientId: string }, externalIds: readonly string[]): Promise<ItemAsset[]> {
    return withDatabase(() =>
      this.database.query<ItemAsset[]>(
        `SELECT a.external_id AS "externalId", a.metadata ->> 'sourceVersion' AS version, a.id AS "assetId", d.verdict
         FROM asset a JOIN decision d ON d.asset_id = a.id AND d.revision = 1
         WHERE a.client_id = $1 AND a.external_id = ANY ($2) AND a.metadata ->> 'source' = $3`,
        [clientId, externalIds, id],
      ),
    );
  }

  /** Items that are no assets, in the order of their keys, behind the key `after`; up to `most`. */
  unsettled(
    sourceId: string,
    outcomes: readonly ItemOutcome[],
    after: Uint8Array | undefined,
    most: number,
  ): Promise<UnsettledItem[]> {
    return withDatabase(() =>
      this.database.query<UnsettledItem[]>(
        `SELECT key, version, outcome, reason, detail, attempts, run, seen_at AS "seenAt" FROM source_item
         WHERE source_id = $1 AND outcome <> 'accepted' AND outcome = ANY ($2) AND ($3::bytea IS NULL OR key > $3)
         ORDER BY key LIMIT $4`,
        [sourceId, outcomes, after ?? null, most],
      ),
    );
  }
}

/** Of several that are known of an item the version that is listed, or else what has its name. */
const REMEMBERED = `
  SELECT DISTINCT ON (given.key) given.key, known.version, i.outcome, i.run
  FROM unnest($2::bytea[], $3::text[], $4::text[], $5::text[]) AS given (key, version, external_id, said)
  CROSS JOIN LATERAL (SELECT ${ERASED_ITEM('given.external_id', 'given.said')} AS key) AS erased
  JOIN source_item i ON i.source_id = $1 AND i.key IN (given.key, erased.key, ${NAMELESS('given.key')})
  CROSS JOIN LATERAL (SELECT CASE i.key WHEN erased.key THEN given.version ELSE i.version END AS version) AS known
  ORDER BY given.key, known.version <> given.version, i.key <> given.key`;

/** What was erased meanwhile is remembered already, without its name. */
const REMEMBER = `
  INSERT INTO source_item (source_id, run, key, version, change, outcome, asset_id, verdict, reason, detail, attempts)
  SELECT $1, $2, i.key, i.version, i.change, i.outcome,
    i.asset_id, i.verdict, i.reason, i.detail, 1
  FROM unnest($3::bytea[], $4::text[], $5::text[], $6::text[], $7::uuid[], $8::text[], $9::text[], $10::text[])
    AS i (key, version, change, outcome, asset_id, verdict, reason, detail)
  LEFT JOIN asset a ON a.id = i.asset_id
  WHERE a.erased_at IS NULL
  ON CONFLICT (source_id, key) DO UPDATE SET
    run = excluded.run, version = excluded.version, change = excluded.change, outcome = excluded.outcome,
    asset_id = excluded.asset_id, verdict = excluded.verdict, reason = excluded.reason, detail = excluded.detail,
    attempts = CASE source_item.version WHEN excluded.version THEN source_item.attempts + 1 ELSE 1 END,
    seen_at = now()`;

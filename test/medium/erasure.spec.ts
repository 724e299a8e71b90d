import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { uuidv7 } from 'uuidv7';
import { historyFaults } from '#moderation/check-history.js';
import type { CampaignFilter } from '#moderation/campaigns/candidate.js';
import type { Verdict } from '#moderation/words.js';
import { AssetStore } from '#persistence/asset-store.js';
import { BankEntryStore } from '#persistence/bank-entry-store.js';
import { holdAssets } from '#persistence/campaign-decisions.js';
import { CampaignRunStore } from '#persistence/campaign-run-store.js';
import { DeadLetterStore } from '#persistence/dead-letter-store.js';
import { ErasureStore, type Eraser } from '#persistence/erasure-store.js';
import { FinalStore } from '#persistence/final-store.js';
import { HistoryStore } from '#persistence/history-store.js';
import { PendingFinalStore } from '#persistence/pending-final-store.js';
import { ReviewStore } from '#persistence/review-store.js';
import { SourceItemStore, type HandledItem } from '#persistence/source-item-store.js';
import { SourceStore, type IngestSource } from '#persistence/source-store.js';
import { SubmissionStore } from '#persistence/submission-store.js';
import { tablesWith } from '../support/all-texts.js';
import { addAsset } from '../support/event-rows.js';
import { resultOf } from '../support/history-rows.js';
import { firstClient, migratedDatabase, type MigratedDatabase } from '../support/migrated-database.js';

jest.setTimeout(60_000);

const HOUR_MS = 3_600_000;
/** Stands in every text that may say something about a person. */
const MARK = 'Marlene-Muster-1901';
/** What its bytes are known by. */
const SHA256 = '5e'.repeat(32);
const PDQ = 'd9'.repeat(32);
const SHOP: Eraser = { cause: 'client', by: 'shop' };

let made: MigratedDatabase;
let database: DataSource;
let clientId: string;
let erasures: ErasureStore;
let source: IngestSource;

beforeAll(async () => {
  made = await migratedDatabase(6);
  ({ database } = made);
  clientId = await firstClient(database);
  erasures = new ErasureStore(database);
  source = await new SourceStore(database).ensure({ kind: 'folder', location: '/srv/pictures', clientId });
});
afterAll(() => made.drop());

const rows = <T>(statement: string, values: unknown[] = []): Promise<T[]> => database.query<T[]>(statement, values);
const erase = (assetId: string): Promise<string> => erasures.erase(assetId, SHOP, clientId);
/** Neither the bytes nor the looks of two are alike. */
let uploads = 0;

/** An upload that says as much about a person as an upload can. @param differing of what it says */
async function uploaded(differing: { externalId?: string; metadata?: Record<string, string> } = {}): Promise<string> {
  uploads += 1;
  const assetId = uuidv7();
  const own = uploads.toString(16).padStart(4, '0');
  return addAsset(database, clientId, 'allow', {
    assetId,
    externalId: `post ${MARK}`,
    uploaderId: `user ${MARK}`,
    metadata: { by: MARK },
    ...differing,
    sha256: `${SHA256.slice(4)}${own}`,
    perceptual: { pdq: `${PDQ.slice(4)}${own}`, quality: 90 },
    idempotency: { key: `key ${assetId}`, fingerprint: 'ab', answer: { id: assetId, externalId: MARK } },
  });
}

async function leased(assetId: string): Promise<string> {
  const token = randomUUID();
  await new PendingFinalStore(database).lease([assetId], token, HOUR_MS);
  return token;
}

/** A final that the banks learn. */
async function settled(verdict: Verdict): Promise<string> {
  const assetId = await uploaded();
  const token = await leased(assetId);
  const result = { ...resultOf(assetId, { verdict, policyVersion: 1, dies: false }), feedsBank: true };
  await new FinalStore(database).settle(token, [result], Date.now());
  return assetId;
}

/** A moderator has a case of it in hand. */
async function claimed(): Promise<string> {
  const assetId = await settled('review');
  await new ReviewStore(database).claim(await caseOf(assetId), { name: 'anna', senior: false }, Date.now(), HOUR_MS);
  return assetId;
}

async function decided(): Promise<string> {
  const assetId = await claimed();
  const decision = { verdict: 'block', policyLabel: null, note: `shows ${MARK}`, moderator: 'anna' } as const;
  await new ReviewStore(database).decide(await caseOf(assetId), decision, 1, Date.now());
  return assetId;
}

async function dead(): Promise<string> {
  const assetId = await uploaded();
  const token = await leased(assetId);
  const result = resultOf(assetId, { verdict: 'review', policyVersion: 1, dies: true });
  const letter = { reason: 'unreadable', attempts: 3, detail: `${MARK} could not be read` };
  await new FinalStore(database).settle(token, [{ ...result, dead: letter }], Date.now());
  return assetId;
}

async function resubmitted(): Promise<string> {
  const assetId = await dead();
  await new DeadLetterStore(database).resubmit(await lettersOf(assetId), { by: 'chief', note: `for ${MARK}` });
  return assetId;
}

async function givenBack(): Promise<string> {
  const assetId = await uploaded();
  const token = await leased(assetId);
  await new PendingFinalStore(database).giveBack([assetId], token, 0, `${MARK} could not be read`);
  return assetId;
}

async function caseOf(assetId: string): Promise<string> {
  const [row] = await rows<{ id: string }>(`SELECT id FROM review WHERE asset_id = $1`, [assetId]);
  return row?.id ?? '';
}

async function lettersOf(assetId: string): Promise<number[]> {
  const letters = await rows<{ id: number }>(`SELECT id::float8 AS id FROM dead_letter WHERE asset_id = $1`, [assetId]);
  return letters.map(({ id }) => id);
}

const ITEM = `holidays/${MARK}.jpg`;

const item = (assetId: string, version = '1'): HandledItem => ({
  key: Buffer.from(ITEM),
  version,
  change: 'new',
  outcome: 'accepted',
  assetId,
  verdict: 'allow',
  reason: null,
  detail: null,
});

async function ingested(version = '1'): Promise<string> {
  const assetId = await uploaded({ externalId: ITEM, metadata: { source: source.id, sourceVersion: version } });
  await new SourceItemStore(database).remember(source.id, 1, [item(assetId, version)]);
  return assetId;
}

/** An image of a batch. @param said its worker has written down what became of it */
async function ofBatch(said: boolean): Promise<string> {
  const submissionId = uuidv7();
  await rows(
    `INSERT INTO bulk_submission (id, client_id, kind, state, total, fingerprint) VALUES ($1, $2, 'urls', 'running', 1, '')`,
    [submissionId, clientId],
  );
  const assetId = await uploaded();
  await rows(`UPDATE idempotency SET key = $2 WHERE asset_id = $1`, [assetId, `bulk·${submissionId}·1`]);
  await rows(
    `INSERT INTO bulk_item (submission_id, number, url, external_id, uploader_id, metadata, state, asset_id, verdict)
     VALUES ($1, 1, $2, $3, $3, jsonb_build_object('by', $3::text), $4, $5, $6)`,
    [
      submissionId,
      `https://a.example/${MARK}`,
      MARK,
      ...(said ? ['accepted', assetId, 'allow'] : ['waiting', null, null]),
    ],
  );
  return assetId;
}

const STATES: readonly [string, () => Promise<string>][] = [
  ['waits for its final', uploaded],
  ['waits for another try', givenBack],
  [
    'is in the hands of a worker',
    async () => {
      const assetId = await uploaded();
      await leased(assetId);
      return assetId;
    },
  ],
  ['was allowed', () => settled('allow')],
  ['was blocked', () => settled('block')],
  ['waits for a moderator', () => settled('review')],
  ['is in the hands of a moderator', claimed],
  ['was decided by a moderator', decided],
  ['could not be labelled', dead],
  ['is tried again', resubmitted],
  ['is an item of a source', () => ingested()],
  ['is an image of a batch', () => ofBatch(true)],
  ['is an image that its batch does not know of yet', () => ofBatch(false)],
];

/** What histories the assets have, without faults. */
async function faultsOf(assetId: string): Promise<string[]> {
  const [history] = (await new HistoryStore(database).page(undefined, 1_000)).filter((one) => one.assetId === assetId);
  return history === undefined ? ['is not there'] : historyFaults(history);
}

describe('an asset that', () => {
  it.each(STATES)('%s can be erased: nothing that names it is left in any table', async (_state, make) => {
    const assetId = await make();
    expect(await tablesWith(database, MARK)).not.toEqual([]);
    expect(await erase(assetId)).toBe('erased');
    expect(await tablesWith(database, MARK)).toEqual([]);
    expect(await faultsOf(assetId)).toEqual([]);
    expect(await rows(`SELECT 1 FROM asset WHERE id = $1 AND sha256 = '' AND pdq IS NULL`, [assetId])).toHaveLength(1);
    expect(await erasures.find(assetId)).toEqual({
      ...{ assetId, clientId, ...SHOP },
      ...{ erasedAt: expect.any(Date), bytesGoneAt: null },
    });
  });
});

describe('an erased asset', () => {
  it('is there for nobody: not alone, not in lists, and its key says that it is erased', async () => {
    const assetId = await uploaded();
    await erase(assetId);
    const assets = new AssetStore(database);
    expect(await assets.find(clientId, assetId)).toBeUndefined();
    expect(await assets.revisions(clientId, assetId)).toBeUndefined();
    expect(await assets.page(clientId, {}, 1_000)).toEqual([]);
    expect([await assets.wasErased(clientId, assetId), await assets.wasErased(randomUUID(), assetId)]).toEqual([
      true,
      false,
    ]);
    const stored = await new SubmissionStore(database).storedAnswer(clientId, `key ${assetId}`);
    expect(stored).toEqual({ fingerprint: 'ab', answer: { id: assetId, erased: true }, erased: true });
  });

  it('is erased once, and only for its own client', async () => {
    const assetId = await uploaded();
    expect(await erasures.erase(assetId, SHOP, randomUUID())).toBe('unknown');
    expect(await erasures.erase(randomUUID(), SHOP)).toBe('unknown');
    expect(await erase(assetId)).toBe('erased');
    expect(await erasures.erase(assetId, { cause: 'admin', by: 'chief' })).toBe('already_erased');
    expect(await erasures.find(assetId)).toMatchObject(SHOP);
  });

  it('takes no result of the worker that had it, and makes no dead letter of one', async () => {
    const assetId = await uploaded();
    const token = await leased(assetId);
    await erase(assetId);
    for (const dies of [false, true]) {
      const result = resultOf(assetId, { verdict: 'block', policyVersion: 1, dies });
      expect(await new FinalStore(database).settle(token, [result], Date.now())).toEqual([]);
    }
    expect(await rows(`SELECT 1 FROM decision WHERE asset_id = $1`, [assetId])).toHaveLength(1);
    expect(await lettersOf(assetId)).toEqual([]);
  });

  it('leaves nothing to decide to the moderator who had it, and nothing to try again', async () => {
    const assetId = await claimed();
    await erase(assetId);
    const decision = { verdict: 'block', policyLabel: null, note: MARK, moderator: 'anna' } as const;
    const outcome = await new ReviewStore(database).decide(await caseOf(assetId), decision, 1, Date.now());
    expect(outcome).toMatchObject({ kind: 'refused', why: 'withdrawn' });
    const letter = await dead();
    await erase(letter);
    const [closed] = await new DeadLetterStore(database).resubmit(await lettersOf(letter), { by: 'chief', note: 'x' });
    expect(closed?.outcome).toBe('already_closed');
  });

  it('stays known by its hash where that blocks, and not where it allows', async () => {
    const entries = (assetId: string): Promise<{ hash: string; kind: string; removed: boolean }[]> =>
      rows(
        `SELECT encode(e.sha256, 'hex') AS hash, b.kind, e.removed_at IS NOT NULL AS removed
         FROM bank_entry e JOIN bank b ON b.id = e.bank_id JOIN asset a ON a.id = $1 WHERE e.sha256 = a.sha256`,
        [assetId],
      );
    for (const [verdict, removed] of [
      ['block', false],
      ['allow', true],
    ] as const) {
      const assetId = await settled(verdict);
      const [{ hash, kind } = { hash: '', kind: '' }] = await entries(assetId);
      expect(kind).toBe(verdict);
      await erase(assetId);
      const left = await rows(
        `SELECT removed_at IS NOT NULL AS removed, asset_id, note FROM bank_entry WHERE sha256 = decode($1, 'hex')`,
        [hash],
      );
      expect(left).toEqual(removed ? [] : [{ removed, asset_id: null, note: null }]);
    }
  });

  it('leaves no hash in an entry that was removed before', async () => {
    const assetId = await settled('block');
    await rows(`UPDATE bank_entry SET removed_at = now(), removed_by = 'anna' WHERE asset_id = $1`, [assetId]);
    const [entry] = await rows<{ id: string; hash: string; pdq: string }>(
      `SELECT id, encode(sha256, 'hex') AS hash, encode(pdq, 'hex') AS pdq FROM bank_entry WHERE asset_id = $1`,
      [assetId],
    );
    await erase(assetId);
    const [left] = await rows<{ hash: string; pdq: string | null }>(
      `SELECT encode(sha256, 'hex') AS hash, encode(pdq, 'hex') AS pdq FROM bank_entry WHERE id = $1`,
      [entry?.id],
    );
    expect([entry?.pdq, left?.pdq]).toEqual([expect.stringMatching(/^.{64}$/), null]);
    expect(left?.hash).not.toBe(entry?.hash);
  });

  it('leaves no hash in a blocking entry that is removed later, by whomever; imported ones are nobody’s', async () => {
    const hashOf = async (id: string): Promise<{ hash: string; pdq: string | null; removed: boolean } | undefined> => {
      const found = await rows<{ hash: string; pdq: string | null; removed: boolean }>(
        `SELECT encode(sha256, 'hex') AS hash, encode(pdq, 'hex') AS pdq, removed_at IS NOT NULL AS removed
         FROM bank_entry WHERE id = $1`,
        [id],
      );
      return found[0];
    };
    const entryOf = async (): Promise<{ id: string; bank: string; assetId: string }> => {
      const assetId = await settled('block');
      const found = await rows<{ id: string; bank: string }>(
        `SELECT id, bank_id AS bank FROM bank_entry WHERE asset_id = $1`,
        [assetId],
      );
      if (found[0] === undefined) throw new Error('nothing was learned');
      return { ...found[0], assetId };
    };
    const store = new BankEntryStore(database);
    const [mine, imported] = [await entryOf(), await entryOf()];
    await rows(`UPDATE bank_entry SET origin = 'import' WHERE id = $1`, [imported.id]);
    for (const { id, bank, assetId } of [mine, imported]) {
      await erase(assetId);
      const before = await hashOf(id);
      expect(before).toMatchObject({ removed: false, hash: expect.stringMatching(/^.{64}$/) });
      expect(await store.remove(bank, Number(id), 'chief')).toBe(true);
      const after = await hashOf(id);
      expect(after?.removed).toBe(true);
      if (id === imported.id) expect(after).toEqual({ ...before, removed: true });
      else expect([after?.pdq, after?.hash === before?.hash]).toEqual([null, false]);
    }
  });

  it('is not taken from its source again, in no version that was erased', async () => {
    const items = new SourceItemStore(database);
    const key = Buffer.from(ITEM);
    const known = async (version: string): Promise<unknown[]> => {
      const asked = [{ key, version, externalId: ITEM, saidVersion: version }];
      return (await items.remembered(source.id, asked)).map((one) => [one.key.toString(), one.version, one.outcome]);
    };
    const first = await ingested('1');
    await erase(first);
    expect(await known('1')).toEqual([[ITEM, '1', 'accepted']]);
    expect(await known('2')).toEqual([]);
    const second = await ingested('2');
    // two rows: the version that is listed counts
    for (const version of ['1', '2']) expect(await known(version)).toEqual([[ITEM, version, 'accepted']]);
    expect(await known('3')).toEqual([[ITEM, '2', 'accepted']]);
    await erase(second);
    for (const version of ['1', '2']) expect(await known(version)).toEqual([[ITEM, version, 'accepted']]);
    // said late: its process slept between the upload and this
    await items.remember(source.id, 1, [item(second, '2')]);
    expect(await tablesWith(database, MARK)).toEqual([]);
  });

  it('is not taken again where a later version has taken its place, or was not taken and has', async () => {
    const items = new SourceItemStore(database);
    const [first, second] = [await ingested('first'), await ingested('second')];
    await erase(first);
    expect(await faultsOf(second)).toEqual([]);
    expect(await tablesWith(database, MARK)).toContain('source_item');
    const third = { ...item(first, 'third'), outcome: 'refused', assetId: null, reason: 'undecodable' } as const;
    await items.remember(source.id, 2, [third]);
    await erase(second);
    expect(await tablesWith(database, MARK)).toEqual([]);
    const asked = ['first', 'second', 'third'].map((version) => ({
      ...{ key: Buffer.from(ITEM), version, externalId: ITEM, saidVersion: version },
    }));
    const known = await Promise.all(asked.map((one) => items.remembered(source.id, [one])));
    expect(known.map(([row]) => row?.version)).toEqual(['first', 'second', undefined]);
  });

  it('is at fault where its item or its image of a batch still names it', async () => {
    const [ofSource, ofBulk] = [await ingested('named'), await ofBatch(true)];
    await Promise.all([erase(ofSource), erase(ofBulk)]);
    await rows(`UPDATE source_item SET key = $2 WHERE asset_id = $1`, [ofSource, Buffer.from('named')]);
    await rows(`UPDATE bulk_item SET url = 'https://a.example/' WHERE asset_id = $1`, [ofBulk]);
    const found = [await faultsOf(ofSource), await faultsOf(ofBulk)];
    await rows(`DELETE FROM source_item WHERE asset_id = $1`, [ofSource]);
    await rows(`DELETE FROM bulk_item WHERE asset_id = $1`, [ofBulk]);
    expect(found.map((faults) => faults.length)).toEqual([1, 1]);
  });

  it('is chosen by no campaign, and none changes it any more', async () => {
    const assetId = await settled('allow');
    const filter: CampaignFilter = {
      ...{ receivedBefore: new Date(Date.now() + HOUR_MS).toISOString(), receivedFrom: null, modelId: null },
      ...{ policyVersion: null, label: null, verdict: null, clientId: null, trafficClass: null },
    };
    const chosen = async (): Promise<boolean> => {
      const page = await new CampaignRunStore(database).page(randomUUID(), filter, 'none', 1_000);
      return page.assets.some((one) => one.assetId === assetId);
    };
    const held = (): Promise<number> =>
      database.transaction(async (transaction) => {
        const cause = { cause: 'campaign', causeId: randomUUID() } as const;
        return (await holdAssets(transaction, [assetId], cause)).size;
      });
    expect([await chosen(), await held()]).toEqual([true, 1]);
    await erase(assetId);
    expect([await chosen(), await held()]).toEqual([false, 0]);
  });

  it('has its bytes on the list until they are removed, whatever fails meanwhile', async () => {
    const assetId = await settled('allow');
    await erase(assetId);
    const waiting = await erasures.countWithBytes();
    const away = (): Promise<void> => Promise.reject(new Error('the place is away'));
    await expect(erasures.removeBytes(assetId, away)).rejects.toThrow('away');
    expect(await erasures.withBytes(undefined, 1_000)).toContain(assetId);
    await erasures.removeBytes(assetId, () => Promise.resolve());
    expect(await erasures.withBytes(undefined, 1_000)).not.toContain(assetId);
    expect(await erasures.countWithBytes()).toBe(waiting - 1);
  });

  it('lets nothing of its decisions be changed but that notes go', async () => {
    const [kept, gone] = [await decided(), await decided()];
    await erase(gone);
    const edit = (set: string, assetId: string): Promise<unknown> =>
      rows(`UPDATE decision SET ${set} WHERE asset_id = $1`, [assetId]);
    await expect(edit(`verdict = 'allow'`, gone)).rejects.toThrow('never edited');
    await expect(edit(`note = 'another'`, gone)).rejects.toThrow('never edited');
    await expect(edit(`note = NULL`, kept)).rejects.toThrow('never edited');
    await erase(kept);
  });
});

describe('whoever works on an asset at the moment at which it is erased', () => {
  it('is before it or too late, and nobody waits in a circle', async () => {
    for (let round = 0; round < 15; round += 1) {
      const assetId = await uploaded();
      const token = await leased(assetId);
      const result = resultOf(assetId, { verdict: 'review', policyVersion: 1, dies: round % 2 === 0 });
      const [outcome] = await Promise.all([
        erase(assetId),
        new FinalStore(database).settle(token, [result], Date.now()),
        new SourceItemStore(database).remember(source.id, 1, [item(assetId, String(round))]),
      ]);
      expect(outcome).toBe('erased');
      expect(await faultsOf(assetId)).toEqual([]);
    }
    expect(await tablesWith(database, MARK)).toEqual([]);
  });
});

/** Columns of texts and bytes in tables of what belongs to an asset: those that erasing empties or makes nameless … */
const FORGOTTEN: Readonly<Record<string, string>> = {
  asset: 'external_id metadata pdq sha256 uploader_id',
  bank_entry: 'note',
  bulk_item: 'entry external_id host metadata problem uploader_id url',
  dead_letter: 'detail note',
  decision: 'note',
  event: 'data',
  idempotency: 'answer',
  pending_final: 'cause cause_id last_error pdq traffic_class uploader_id',
  source_item: 'detail key',
};
/** … and those that stay: our own words, scores, names of people of the console, and what docs/decisions/0022 says why. */
const KEPT: Readonly<Record<string, string>> = {
  asset: 'degraded if_late media_type stage traffic_class transition verdict',
  bank_entry: 'added_by changed_by origin pdq removed_by sha256',
  bulk_item: 'state verdict',
  campaign_attempt: 'last_error',
  campaign_result: 'bank_match case_before detail from_verdict judgement label model_id outcome skipped to_verdict',
  classification: 'model_id scores tier view_names view_scores',
  dead_letter: 'closed_by closed_how reason',
  decision: 'actor band bank_match cause cause_id model_id policy_label reasons source stage verdict',
  erasure: 'by cause',
  event: 'type',
  idempotency: 'fingerprint key',
  outbox: 'topic traffic_class',
  reconciliation: 'transition',
  review: 'asked_in assigned_to change claimed_by claimed_in decided_by escalated_by held_by labels state',
  review_lesson: 'before did',
  source_item: 'change outcome reason verdict version',
};

describe('a column that may hold something about a person', () => {
  it('is one that somebody has thought about', async () => {
    const columns = await rows<{ name: string }>(
      `SELECT c.table_name || '.' || c.column_name AS name FROM information_schema.columns c
       WHERE c.table_schema = 'public'
         AND c.data_type IN ('text', 'character varying', 'json', 'jsonb', 'bytea', 'bit', 'ARRAY')
         AND (c.table_name = 'asset' OR EXISTS (SELECT 1 FROM information_schema.columns a
           WHERE a.table_schema = 'public' AND a.table_name = c.table_name AND a.column_name = 'asset_id'))`,
    );
    const known = [FORGOTTEN, KEPT].flatMap((tables) =>
      Object.entries(tables).flatMap(([table, names]) => names.split(' ').map((name) => `${table}.${name}`)),
    );
    expect(columns.map(({ name }) => name).sort()).toEqual(known.sort());
  });
});

import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { appendFile, mkdir, open, rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { uuidv7 } from 'uuidv7';
import type { Verdict } from '#moderation/words.js';
import { ErasureStore } from '#persistence/erasure-store.js';
import { FinalStore } from '#persistence/final-store.js';
import { PendingFinalStore } from '#persistence/pending-final-store.js';
import { SubmissionStore } from '#persistence/submission-store.js';
import { Product, type Verified } from '../support/product.js';

let product: Product;

beforeAll(async () => {
  product = await Product.open();
});

afterAll(() => product.close());

/** An accepted upload with its bytes, as the upload service leaves it. */
async function accepted(): Promise<string> {
  const assetId = uuidv7();
  const bytes = randomBytes(2_000);
  await product.files.write(assetId, Readable.from([bytes]), 10_000);
  await new SubmissionStore(product.database).accept({
    assetId,
    clientId: product.client.id,
    externalId: null,
    uploaderId: null,
    trafficClass: 'normal',
    metadata: null,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    bytes: bytes.byteLength,
    mediaType: 'image/png',
    width: null,
    height: null,
    frames: null,
    degraded: [],
    receivedAtMs: Date.now(),
    decidedAtMs: Date.now(),
    finalByMs: Date.now(),
    dueAtMs: Date.now(),
    judgement: { verdict: 'block', band: null, source: 'default', reasons: [{ code: 'fast_tier_failed' }] },
    policyVersion: 1,
    classification: null,
    idempotency: null,
  });
  product.client.seen.push(assetId);
  return assetId;
}

/** The same with its final, as the batch service leaves it. */
async function settled(verdict: Verdict = 'allow'): Promise<string> {
  const assetId = await accepted();
  const token = randomUUID();
  await new PendingFinalStore(product.database).lease([assetId], token, 60_000);
  const judgement = { verdict, band: 'clear', source: 'heavy', reasons: [] } as const;
  const result = { assetId, judgement, policyVersion: 1, classification: null, margin: 0, dead: null };
  await new FinalStore(product.database).settle(token, [result], Date.now());
  return assetId;
}

/** The same once it was erased. */
async function erased(): Promise<string> {
  const assetId = await settled();
  const erasures = new ErasureStore(product.database);
  expect(await erasures.erase(assetId, { cause: 'client', by: 'test' })).toBe('erased');
  await erasures.removeBytes(assetId, (id) => product.files.remove(id));
  return assetId;
}

const bringBytesBack = (assetId: string): Promise<unknown> =>
  product.files.write(assetId, Readable.from([randomBytes(2_000)]), 10_000);

const change = (statement: string) => async (assetId: string) => {
  await product.rows(statement, [assetId]);
};

const BROKEN: [string, () => Promise<string>, (assetId: string) => Promise<unknown>, string][] = [
  ['a byte of its file was changed', () => settled(), changeByte, 'its bytes are not those that were accepted'],
  [
    'a byte was added to its file',
    () => settled(),
    (id) => appendFile(product.files.path(id), 'x'),
    'its bytes are not those that were accepted',
  ],
  ['its file was removed', () => settled(), (id) => product.files.remove(id), 'has a row and no bytes'],
  [
    'its first decision was removed',
    () => settled(),
    change('DELETE FROM decision WHERE asset_id = $1 AND revision = 1'),
    'revisions do not count 1, 2, 3 …',
  ],
  ['all its decisions were removed', accepted, change('DELETE FROM decision WHERE asset_id = $1'), 'has no decision'],
  [
    'it is shown although it is blocked',
    accepted,
    change('UPDATE asset SET served = true WHERE id = $1'),
    'served is not what the revisions say',
  ],
  [
    'it is withheld although it is allowed',
    () => settled(),
    change('UPDATE asset SET served = false WHERE id = $1'),
    'served is not what the revisions say',
  ],
  [
    'its row says another verdict',
    () => settled(),
    change(`UPDATE asset SET verdict = 'review' WHERE id = $1`),
    'stage or verdict is not the standing one',
  ],
  [
    'its row says another stage',
    () => settled(),
    change(`UPDATE asset SET stage = 'provisional' WHERE id = $1`),
    'stage or verdict is not the standing one',
  ],
  [
    'its row stands on another revision',
    () => settled(),
    change('UPDATE asset SET standing_revision = 1 WHERE id = $1'),
    'the standing revision is not the one in force',
  ],
  [
    'its row counts other revisions',
    () => settled(),
    change('UPDATE asset SET revisions = 3 WHERE id = $1'),
    'the count of revisions is wrong',
  ],
  [
    'it was forgotten before its final',
    accepted,
    change('DELETE FROM pending_final WHERE asset_id = $1'),
    'there is no machine final and nothing waits to make one',
  ],
  [
    'it waits although it has its final',
    () => settled(),
    change(
      `INSERT INTO pending_final (asset_id, traffic_class, received_at, due_at) VALUES ($1, 'bulk', now(), now())`,
    ),
    'it has its machine final and still waits for one',
  ],
  [
    'its case was lost',
    () => settled('review'),
    change('DELETE FROM review WHERE asset_id = $1'),
    'review is its verdict and there is no case',
  ],
  [
    'its row says another transition',
    () => settled(),
    change('UPDATE asset SET transition = NULL WHERE id = $1'),
    'the transition is not that of the newest reconciliation',
  ],
  [
    'its scores were lost',
    accepted,
    async (id) => {
      await product.rows(`INSERT INTO model_version (id, sha256, classes, labels, preprocessing)
        VALUES ('lost/1.0.0', '', '{}', '{}', '{}') ON CONFLICT DO NOTHING`);
      await addFinal('heavy', 2, 1, 'lost/1.0.0')(id);
    },
    'a decision has lost the scores it rests on',
  ],
  [
    'its idempotency key answers with another asset',
    accepted,
    (id) =>
      product.rows(
        `INSERT INTO idempotency (client_id, key, fingerprint, asset_id, answer, created_at)
         VALUES ($2, 'a key', '', $1, '{"id":"another"}', now())`,
        [id, product.client.id],
      ),
    'an idempotency key of it answers with another asset',
  ],
  ['its known hash was lost', accepted, addFinal('hash', 2, 1), 'a decision does not name the known hash it rests on'],
  ['it has two finals', () => settled(), addFinal('heavy'), 'there are 2 machine finals'],
  [
    'its final was not reconciled',
    () => settled(),
    change('DELETE FROM reconciliation WHERE asset_id = $1'),
    'a superseding decision was not reconciled',
  ],
  [
    'its event was lost',
    () => settled(),
    change('DELETE FROM event WHERE asset_id = $1'),
    'a decision in force has no event, or one that is not has one',
  ],
  ['its bytes came back after it was erased', erased, bringBytesBack, 'it is erased and its bytes are still there'],
  [
    'it waits for its final although it is erased',
    erased,
    change(
      `INSERT INTO pending_final (asset_id, traffic_class, received_at, due_at) VALUES ($1, 'bulk', now(), now())`,
    ),
    'it is erased and still waits for its final',
  ],
  [
    'it is erased and has a name again',
    erased,
    change(`UPDATE asset SET external_id = 'post-81' WHERE id = $1`),
    'it is erased and not all that named it is gone',
  ],
  [
    'a machine overruled a person',
    () => settled(),
    async (id) => {
      await addFinal('moderator')(id);
      await addFinal('heavy', 4, 3)(id);
    },
    'a machine superseded a human',
  ],
];

async function changeByte(assetId: string): Promise<void> {
  const file = await open(product.files.path(assetId), 'r+');
  await file.write(Buffer.from('x'), 0, 1, 1_000);
  await file.close();
}

function addFinal(source: string, revision = 3, supersedes = 2, modelId: string | null = null) {
  return async (assetId: string): Promise<void> => {
    await product.rows(
      `INSERT INTO decision (asset_id, revision, stage, verdict, source, reasons, policy_version, supersedes, model_id, decided_at)
       VALUES ($1, $2, 'final', 'allow', $3, '[]', 1, $4, $5, now())`,
      [assetId, revision, source, supersedes, modelId],
    );
    await product.rows(
      `INSERT INTO reconciliation (asset_id, revision, transition, reconciled_at) VALUES ($1, $2, 'confirmed_allow', now())`,
      [assetId, revision],
    );
    const row = `UPDATE asset SET revisions = $2, standing_revision = $2 WHERE id = $1`;
    await product.rows(row, [assetId, revision]);
  };
}

describe('portcullis verify', () => {
  it('finds nothing wrong where nothing is', async () => {
    await accepted();
    await settled();
    expect(await product.verify({ settled: false })).toEqual({
      exitCode: 0,
      assets: 2,
      pending: 1,
      erased: 0,
      orphans: 0,
      auditRows: 0,
      faultCount: 0,
      faults: [],
    });
  });

  it('names what still waits for its final only when it is asked to', async () => {
    const [waiting] = await product.rows<{ id: string }>(`SELECT asset_id AS id FROM pending_final`);
    const { exitCode, faults } = await product.verify();
    expect([exitCode, faults]).toEqual([1, [{ assetId: waiting?.id, fault: 'still waits for its final' }]]);
  });

  describe('names an asset when', () => {
    let ids: readonly string[] = [];
    let report: Verified;

    beforeAll(async () => {
      const made: string[] = [];
      for (const [, make] of BROKEN) made.push(await make());
      expect((await product.verify({ settled: false })).exitCode).toBe(0);
      for (const [index, [, , spoil]] of BROKEN.entries()) await spoil(made[index] ?? '');
      report = await product.verify({ settled: false });
      ids = made;
    });

    it.each(BROKEN.map(([what, , , fault], index) => ({ what, fault, index })))('$what', ({ fault, index }) => {
      expect(report.faults).toContainEqual({ assetId: ids[index], fault });
    });

    it('and no other', () => {
      expect(report.exitCode).toBe(1);
      expect(report.faultCount).toBe(report.faults.length);
      expect(new Set(report.faults.map(({ assetId }) => assetId))).toEqual(new Set(ids));
    });
  });

  it('names what a client saw accepted and is not there', async () => {
    const lost = uuidv7();
    product.client.seen.push(lost);
    const { exitCode, faults } = await product.verify({ settled: false });
    expect(exitCode).toBe(1);
    const fault = 'a client saw it accepted and there is no row; its bytes are gone too';
    expect(faults).toContainEqual({ assetId: lost, fault });
    product.client.seen.pop();
  });

  it('names what lies among the assets and is none', async () => {
    const stray = path.join(product.files.path(uuidv7()), '..', 'notes.txt');
    await mkdir(path.dirname(stray), { recursive: true });
    await writeFile(stray, 'x');
    const { exitCode, faults } = await product.verify({ settled: false });
    expect(exitCode).toBe(1);
    const name = path.join(path.basename(path.dirname(stray)), 'notes.txt');
    expect(faults).toContainEqual({ assetId: name, fault: 'lies among the assets and is none' });
    await rm(stray);
  });

  it('names bytes without a row when they are older than an upload can be', async () => {
    const [old, young] = [uuidv7(), uuidv7()];
    for (const id of [old, young]) {
      await product.files.write(id, Readable.from([Buffer.from('x')]), 10);
    }
    const longAgo = new Date(Date.now() - 2 * 3_600_000);
    await utimes(product.files.path(old), longAgo, longAgo);
    const { faults } = await product.verify({ settled: false });
    expect(faults).toContainEqual({ assetId: old, fault: 'has bytes and no row, and is older than the grace' });
    expect(faults.filter(({ assetId }) => assetId === young)).toEqual([]);
  });
});

describe('a decision', () => {
  it('cannot be edited at all', async () => {
    const assetId = await settled();
    const edit = product.rows(`UPDATE decision SET verdict = 'allow' WHERE asset_id = $1`, [assetId]);
    await expect(edit).rejects.toThrow('a decision is never edited');
  });
});

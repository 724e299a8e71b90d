import 'reflect-metadata';
import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AssetAnswer } from '#contracts/asset-answer.js';
import { drawSample } from '#imaging/draw-samples.js';
import { describeProduct } from '../support/describe-product.js';
import { Product } from '../support/product.js';
import { runCli } from '../support/run-cli.js';
import type { TestService } from '../support/test-service.js';

interface Letter {
  readonly id: number;
  readonly assetId: string;
  readonly reason: string;
  readonly attempts: number;
}

interface Ended<T> {
  readonly code: number;
  readonly answer: T;
}

let jpeg: Uint8Array;
beforeAll(async () => {
  jpeg = (await drawSample(0, { width: 96, height: 64 })).bytes;
});

/** Runs `portcullis dead-letters` with `--json`. @returns its exit code and what it printed */
async function deadLetters<T>(product: Product, ...args: string[]): Promise<Ended<T>> {
  const place = { DATABASE_URL: product.databaseUrl, PORTCULLIS_HOME: product.home };
  const { code, out, error } = await runCli(['dead-letters', ...args, '--json'], place);
  if (out === '') throw new Error(error);
  return { code, answer: JSON.parse(out) as T };
}

/** Uploads what the heavy tier cannot read, and has it die of that. */
async function die(product: Product, batch: TestService, poison: (id: string) => Promise<void>): Promise<string> {
  const id = await product.client.submit(jpeg);
  await poison(id);
  await batch.start();
  await product.settled();
  return id;
}

const repair = async (product: Product, id: string): Promise<void> => {
  await product.files.remove(id);
  await writeFile(product.files.path(id), jpeg);
};

async function expectLabelled(product: Product, id: string, revision: number): Promise<void> {
  await product.settled();
  const { body } = await product.client.get<AssetAnswer>(`/v1/assets/${id}`);
  expect(body).toMatchObject({
    served: true,
    transition: 'confirmed_allow',
    decision: { revision, stage: 'final', verdict: 'allow', source: 'heavy' },
  });
  expect(await product.rows(`SELECT state FROM review WHERE asset_id = $1`, [id])).toEqual([{ state: 'withdrawn' }]);
  expect(await product.verify()).toMatchObject({ exitCode: 0, faults: [] });
}

describeProduct('a dead letter whose asset got its bytes back', {}, (given) => {
  let product: Product;

  beforeAll(async () => {
    ({ product } = given);
    await product.upload.start();
  });

  it('is resubmitted by the command, and ends with the label that it would have had', async () => {
    const id = await die(product, product.batch(), (lost) => product.files.remove(lost));
    const listed = await deadLetters<Letter[]>(product, 'list');
    expect(listed.answer).toMatchObject([{ assetId: id, reason: 'bytes_gone', attempts: 1, closedAt: null }]);
    const letter = String(listed.answer[0]?.id);
    const gone = await deadLetters(product, 'explain', letter);
    expect(gone.answer).toMatchObject({
      bytes: 'gone',
      explanation: { next: expect.stringMatching(/^Put its bytes/) },
    });

    await repair(product, id);
    const there = await deadLetters(product, 'explain', letter);
    expect(there.answer).toMatchObject({
      bytes: 'stored',
      explanation: { next: expect.stringMatching(/resubmit it/) },
    });
    const done = await deadLetters(product, 'resubmit', letter, '999', '--note', 'from the backup');
    expect(done).toEqual({
      code: 1,
      answer: {
        items: [
          { id: Number(letter), outcome: 'resubmitted' },
          { id: 999, outcome: 'unknown' },
        ],
      },
    });
    await expectLabelled(product, id, 3);
    expect((await deadLetters(product, 'list')).answer).toEqual([]);
  });
});

describe('an asset that dies again', () => {
  let product: Product;

  beforeAll(async () => {
    product = await Product.open({ settings: { HEAVY_CALL_MS_MAX: '1000', HEAVY_ATTEMPTS_MAX: '1' } });
    await product.upload.start();
  });

  afterAll(() => product.close());

  it('has another letter, and a label once it can be read', async () => {
    const id = await die(product, product.batch(), async (stuck) => {
      await product.files.remove(stuck);
      execFileSync('mkfifo', [product.files.path(stuck)]); // a file that never ends: its reader is killed
    });
    const again = await deadLetters(product, 'resubmit', '--reason', 'timeout', '--note', 'hoping');
    expect(again).toMatchObject({ code: 0, answer: { items: [{ outcome: 'resubmitted' }] } });
    await product.settled();
    const open = await deadLetters<Letter[]>(product, 'list', '--reason', 'timeout');
    expect(open.answer).toMatchObject([{ assetId: id, attempts: 1 }]);
    expect((await deadLetters(product, 'explain', String(open.answer[0]?.id))).answer).toMatchObject({ earlier: 1 });
    expect(await product.count(`review WHERE asset_id = $1 AND state = 'open'`, [id])).toBe(1);

    await repair(product, id);
    await deadLetters(product, 'resubmit', '--reason', 'timeout', '--note', 'mended');
    await expectLabelled(product, id, 4);
    const nothing = await deadLetters(product, 'resubmit', '--reason', 'timeout', '--note', 'x');
    expect(nothing).toEqual({ code: 0, answer: { items: [] } });
  });
});

import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { CostAnswer, CostLine } from '#contracts/cost-answer.js';
import { drawSample } from '#imaging/draw-samples.js';
import { eventually } from '../support/eventually.js';
import { Product } from '../support/product.js';
import { runCli, type CliEnded } from '../support/run-cli.js';
import type { TestService } from '../support/test-service.js';

jest.setTimeout(240_000);

/** Minutes are written every 15 seconds. */
const HANG_MS = 150_000;

const ASSETS = 20;
/** Soon drawn and soon labelled. */
const SMALL = { width: 96, height: 64 };

let product: Product;
let batch: TestService;
let began: string;
beforeAll(async () => {
  product = await Product.open();
  batch = product.batch();
  began = new Date().toISOString();
  await Promise.all([product.upload.start(), batch.start()]);
});
afterAll(() => product.close());

const costs = (args: readonly string[]): Promise<CliEnded> =>
  runCli(['costs', ...args], {
    DATABASE_URL: product.databaseUrl,
    PORTCULLIS_HOME: product.home,
    PRICE_PER_CORE_HOUR: '0.05',
    PRICE_CURRENCY: 'EUR',
  });

const lineOf = (answer: CostAnswer, tier: string): CostLine => {
  const [line, ...others] = answer.items.filter((one) => one.tier === tier);
  if (line === undefined || others.length > 0) throw new Error(`not one line of ${tier}: ${JSON.stringify(answer)}`);
  return line;
};

describe('what the product costs', () => {
  it('is metered for every image of each tier, and adds up', async () => {
    for (let picture = 0; picture < ASSETS; picture += 1) {
      await product.client.submit((await drawSample(picture, SMALL)).bytes);
    }
    await product.settled();
    for (const [service, tier] of [
      [product.upload, 'fast'],
      [batch, 'heavy'],
    ] as const) {
      expect(await service.metric('portcullis_items_total', { tier })).toBe(ASSETS);
      const seconds = (kind: string): Promise<number> =>
        service.metric('portcullis_core_seconds_total', { tier, kind });
      expect(await seconds('busy')).toBeGreaterThan(0);
      expect(await seconds('allocated')).toBeGreaterThanOrEqual(await seconds('busy'));
    }
    // the end writes what was not written yet
    expect(await product.upload.end('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(await batch.end('SIGTERM')).toEqual({ code: 0, signal: null });

    const { code, out, error } = await costs(['--from', began, '--json']);
    expect([code, error]).toEqual([0, '']);
    const answer = JSON.parse(out) as CostAnswer;
    expect(answer).toMatchObject({ pricePerCoreHour: 0.05, currency: 'EUR', total: { items: 2 * ASSETS } });
    for (const tier of ['fast', 'heavy']) {
      const line = lineOf(answer, tier);
      expect(line.items).toBe(ASSETS);
      expect(line.busyCoreMs).toBeGreaterThan(0);
      expect(line.busyCoreMs).toBeLessThanOrEqual(line.allocatedCoreMs);
      // one process of one thread, for as long as the service ran
      expect(line.allocatedCoreMs).toBeLessThanOrEqual(Date.now() - Date.parse(began));
      if (process.platform === 'linux') expect(line.cpuMs).toBeGreaterThan(0);
      expect(line.usageCost + line.idleCost).toBeCloseTo((line.allocatedCoreMs / 3_600_000) * 0.05, 12);
      expect((line.costPerThousand ?? 0) / 1_000).toBeCloseTo(line.cost / ASSETS, 12);
    }
    expect(lineOf(answer, 'fast').cost + lineOf(answer, 'heavy').cost).toBeCloseTo(answer.total.cost, 12);
  });

  it('is told by a table too', async () => {
    const { out } = await costs(['--since', '1h']);
    expect(out).toContain('0.05 EUR a core-hour');
    expect(out).toMatch(/fast .* 20 /);
    expect(out).toMatch(/heavy .* 20 /);
  });

  it('outlives kill -9 but for the last seconds', async () => {
    await product.upload.start();
    await product.client.submit((await drawSample(ASSETS, SMALL)).bytes);
    await eventually(
      'the minute is written',
      async () =>
        (await product.count('(SELECT 1 FROM usage GROUP BY tier HAVING tier = $1 AND sum(items) = 21) AS x', [
          'fast',
        ])) === 1,
      HANG_MS,
    );
    await product.upload.end('SIGKILL');
    const answer = JSON.parse((await costs(['--from', began, '--json'])).out) as CostAnswer;
    expect(lineOf(answer, 'fast').items).toBe(ASSETS + 1);
  });

  it.each<[string, string[], string]>([
    ['a duration that is none', ['--since', 'yesterday'], 'must be like 90m, 24h or 7d'],
    ['a time that is none', ['--from', 'noon'], 'must be a time like'],
    ['both', ['--since', '1h', '--from', '2026-01-01T00:00:00Z'], 'cannot be used with'],
    [
      'an end before the beginning',
      ['--from', '2026-01-02T00:00:00Z', '--to', '2026-01-01T00:00:00Z'],
      'must begin before',
    ],
    ['too long a time', ['--from', '2020-01-02T00:00:00Z'], 'at most 366 days'],
  ])('says what is wrong with %s', async (_what, args, words) => {
    const { code, error } = await costs(args);
    expect(error).toContain(words);
    expect(code).toBe(1);
  });
});

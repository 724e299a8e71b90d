import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { drawSample } from '#imaging/draw-samples.js';
import { describeProduct } from '../support/describe-product.js';
import { eventually } from '../support/eventually.js';
import type { Product } from '../support/product.js';
import { SteadyLoad } from '../support/steady-load.js';
import { Supervised, VICTIMS, type Victim } from '../support/supervised.js';

/** The long form: `PORTCULLIS_LONG=1`. */
const { kills, assets, limitMs } =
  process.env['PORTCULLIS_LONG'] === '1'
    ? { kills: 20, assets: 2_000, limitMs: 900_000 }
    : { kills: 3, assets: 60, limitMs: 60_000 };
/** Another run is another order of deaths; `PORTCULLIS_SEED` brings one back. */
const SEED = Number(process.env['PORTCULLIS_SEED'] ?? Date.now() % 1_000_000);

jest.setTimeout(2 * limitMs);

interface Death {
  /** After so many accepted uploads. */
  readonly at: number;
  readonly victim: Victim;
}

/** Numbers in 0..1 that a seed determines (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Who dies when: every kind of process once before any dies again. */
function deathsFrom(random: () => number): Death[] {
  const moments = Array.from({ length: kills }, () => Math.floor(random() * assets * 0.9)).sort((a, b) => a - b);
  const order = [...VICTIMS].sort(() => random() - 0.5);
  return moments.map((at, index) => {
    const victim = order[index % order.length] ?? 'batch';
    return { at, victim };
  });
}

describe(`${kills} deaths in a run of ${assets} assets (seed ${SEED})`, () => {
  let jpeg: Uint8Array;
  beforeAll(async () => {
    jpeg = (await drawSample(0, { width: 96, height: 64 })).bytes;
  });

  describeProduct('of upload service, batch service and their processes', {}, (given) => {
    let product: Product;
    let supervised: Supervised;

    beforeAll(async () => {
      ({ product } = given);
      supervised = await Supervised.start(product);
    });

    afterAll(() => supervised.stop());

    it('lose nothing, double nothing, and leave nothing to do', async () => {
      const load = new SteadyLoad(product.client.at(supervised.url), jpeg, { clients: 4, keysMax: assets });
      for (const { at, victim } of deathsFrom(randomFrom(SEED))) {
        await eventually(`${at} uploads are accepted`, () => load.count(201) >= at, limitMs);
        await supervised.kill(victim);
      }
      await load.ended;
      await product.settled(limitMs);
      await supervised.ready();

      expect(await product.count('asset')).toBe(assets);
      expect(await product.count('idempotency')).toBe(assets);
      expect(await product.count(`decision WHERE stage = 'final'`)).toBe(assets);
      expect(await product.count('reconciliation')).toBe(assets);
      expect(await product.count('dead_letter')).toBe(0);
      expect(await product.verify()).toMatchObject({ exitCode: 0, faults: [], assets });
      expect(supervised.restarts).toBeGreaterThan(0);
    });
  });
});

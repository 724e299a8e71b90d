import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';

import type { BulkWork, ItemOutcome } from '#persistence/bulk-work-store.js';

import { eventually } from '../../../test/support/eventually.js';
import { BulkWorker, type BulkWorkerParts } from './bulk-worker.js';
import { Sleeper } from './sleeper.js';

const ACCEPTED: ItemOutcome = { kind: 'accepted', assetId: 'asset', verdict: 'allow' };

const ENTRY = { name: 'a.jpg', offset: 0, storedBytes: 1, bytes: 1, deflated: false, crc32: null };

const item = (number: number, clientId = 'client', packed = false, host = 'a.example'): BulkWork => ({
  ...{ submissionId: 'batch', number, clientId, shared: false, attempts: 1, sheds: 0 },
  ...(packed ? { url: null, host: null, entry: ENTRY } : { url: 'http://a.example/', host, entry: null }),
  ...{ externalId: null, uploaderId: null, metadata: null },
});

class FakeTier {
  ready = true;
  wouldShed = false;
  /** How often somebody wanted to know whether it is ready. */
  asked = 0;

  get isReady(): boolean {
    this.asked += 1;
    return this.ready;
  }

  predict() {
    return { wouldShed: this.wouldShed, retryAfterMs: 0, capacityPerSecond: 1 };
  }
}

/** Items that wait, and a worker among them. */
class Scene {
  readonly waiting: BulkWork[] = [];
  readonly begun: number[] = [];
  /** Whose they are. */
  readonly clients: string[] = [];
  readonly settled: [number, ItemOutcome['kind']][] = [];
  readonly removed: string[] = [];
  readonly late: unknown[] = [];
  readonly tier = new FakeTier();
  /** How items end; left out, they do not until they are told to. */
  outcome: ItemOutcome | undefined = ACCEPTED;
  settleFault: Error | undefined;
  /** How often it was asked which batches are worked off. */
  finishes = 0;
  private readonly ends: (() => void)[] = [];
  private readonly aborter = new AbortController();
  private readonly sleeper = new Sleeper();
  private running: Promise<void> | undefined;

  add(count: number, clientId?: string, packed?: boolean): void {
    this.waiting.push(...Array.from({ length: count }, (_, index) => item(index + 1, clientId, packed)));
  }

  start(): void {
    this.running = new BulkWorker(this.parts()).run(this.aborter.signal);
  }

  wake(): void {
    this.sleeper.wake();
  }

  endOne(): void {
    this.ends.shift()?.();
  }

  async stop(): Promise<void> {
    this.aborter.abort();
    this.sleeper.end();
    for (const end of this.ends.splice(0)) end();
    await this.running;
  }

  private parts(): BulkWorkerParts {
    return {
      store: {
        lease: (_token, _leaseMs, most, { full }) => {
          const turn = this.waiting.find(({ clientId }) => !full.includes(clientId))?.clientId;
          const items = this.waiting.filter(({ clientId }) => clientId === turn).slice(0, most);
          for (const one of items) this.waiting.splice(this.waiting.indexOf(one), 1);
          return Promise.resolve(items);
        },
        renew: () => Promise.resolve(),
        settle: (_token, { number }, { kind }) => {
          if (this.settleFault !== undefined) return Promise.reject(this.settleFault);
          this.settled.push([number, kind]);
          return Promise.resolve();
        },
        finish: () => {
          this.finishes += 1;
          return Promise.resolve(this.waiting.length === 0 && this.settled.length > 0 ? ['batch'] : []);
        },
      },
      archives: {
        ids: () => Promise.resolve([]),
        areShared: false,
        remove: (id) => {
          this.removed.push(id);
          return Promise.resolve();
        },
      },
      tier: this.tier,
      work: async ({ number, clientId }) => {
        this.begun.push(number);
        this.clients.push(clientId);
        if (this.outcome === undefined) await new Promise<void>((resolve) => this.ends.push(resolve));
        return this.outcome ?? ACCEPTED;
      },
      sleeper: this.sleeper,
      log: { warn: (told: unknown) => void this.late.push(told) },
      token: 'token',
    };
  }
}

describe('a worker', () => {
  it('works off everything, and removes what it was in', async () => {
    const scene = new Scene();
    scene.add(30);
    scene.start();
    await eventually('all are settled and the archive is gone', () => scene.removed.length > 0);
    await scene.stop();
    expect(scene.settled.map(([number]) => number).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 30 }, (_, index) => index + 1),
    );
  });

  it('has eight in hand at the most, and goes on while some hang', async () => {
    const scene = new Scene();
    scene.outcome = undefined;
    scene.add(20);
    scene.start();
    await eventually('the first are begun', () => scene.begun.length === 8);
    for (let ended = 0; ended < 3; ended += 1) scene.endOne();
    await eventually('three have ended', () => scene.settled.length === 3);
    expect(scene.begun).toHaveLength(8);
    scene.endOne();
    await eventually('four more are begun', () => scene.begun.length === 12);
    await scene.stop();
    expect([scene.begun.length, scene.settled.length]).toEqual([12, 12]);
  });

  describe('while servers hang', () => {
    const SLOW_MS = 2_000;
    beforeEach(() => {
      jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask'] });
    });
    afterEach(() => {
      jest.useRealTimers();
    });
    const countOf = ({ clients }: Scene, clientId: string): number => clients.filter((one) => one === clientId).length;
    /** What is in hand never ends by itself. */
    function hanging(): Scene {
      const scene = new Scene();
      scene.outcome = undefined;
      return scene;
    }

    it('gives others the places of a client whose servers answer nothing, and no more of them to it', async () => {
      const scene = hanging();
      scene.add(50, 'hangs');
      scene.start();
      await jest.advanceTimersByTimeAsync(0);
      expect(countOf(scene, 'hangs')).toBe(8);
      scene.add(50, 'other');
      await jest.advanceTimersByTimeAsync(SLOW_MS + 1_000);
      expect([countOf(scene, 'hangs'), countOf(scene, 'other')]).toEqual([8, 8]);
      await scene.stop();
    });

    it('waits for no more than 32 images, however many clients there are', async () => {
      const scene = hanging();
      for (let client = 0; client < 9; client += 1) scene.add(10, `client ${client}`);
      scene.start();
      await jest.advanceTimersByTimeAsync(20 * SLOW_MS);
      expect(scene.begun).toHaveLength(32);
      await scene.stop();
    });

    it('gives no place of an archive’s image to another: it waits for nobody but the fast tier', async () => {
      const scene = hanging();
      scene.add(50, 'packs', true);
      scene.start();
      await jest.advanceTimersByTimeAsync(20 * SLOW_MS);
      expect(scene.begun).toHaveLength(8);
      await scene.stop();
    });

    it('ends batches that are worked off all the same', async () => {
      const scene = hanging();
      scene.add(8, 'packs', true);
      scene.start();
      await jest.advanceTimersByTimeAsync(100);
      expect(scene.begun).toHaveLength(8);
      const before = scene.finishes;
      await jest.advanceTimersByTimeAsync(10_000);
      expect(scene.finishes - before).toBeGreaterThanOrEqual(3);
      await scene.stop();
    });
  });

  it.each<[string, (scene: Scene) => void, (scene: Scene) => void]>([
    ['is not ready', ({ tier }) => (tier.ready = false), ({ tier }) => (tier.ready = true)],
    ['has too much to do', ({ tier }) => (tier.wouldShed = true), ({ tier }) => (tier.wouldShed = false)],
  ])('begins nothing while the fast tier %s', async (_case, hinder, help) => {
    const scene = new Scene();
    hinder(scene);
    scene.add(1);
    scene.start();
    await eventually('it has looked twice', () => {
      scene.wake();
      return scene.tier.asked >= 2;
    });
    expect(scene.begun).toEqual([]);
    help(scene);
    await eventually('it is begun', () => {
      scene.wake();
      return scene.begun.length === 1;
    });
    await scene.stop();
  });

  it('gives up nothing when an outcome cannot be written', async () => {
    const scene = new Scene();
    scene.settleFault = new Error('late');
    scene.add(1);
    scene.start();
    await eventually('it has been told', () => scene.late.length === 1);
    scene.settleFault = undefined;
    scene.add(1);
    scene.wake();
    await eventually('the next is settled', () => scene.settled.length === 1);
    await scene.stop();
  });
});

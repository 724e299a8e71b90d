import { describe, expect, it } from '@jest/globals';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';

import { Problem } from '#contracts/problems.js';

import type { Admission } from './admission.js';
import { Metered, MeteredGuard, type MeterParts } from './metered.guard.js';
import type { Allowance } from './upload-limits.js';

const LIMITS = { uploadsPerMinute: null, assetsPerDay: 1 };
const SPENT: Allowance = { kind: 'refused', why: 'quota-exceeded', retryAfterMs: 1_000, states: [] };
const SENT = ['assets', 'batches', 'images'] as const;
type Sent = (typeof SENT)[number];

class Routes {
  assets(): string {
    return 'asset';
  }

  batches(): string {
    return 'batch';
  }

  images(): string {
    return 'images';
  }
}
for (const sent of SENT) {
  const route = Object.getOwnPropertyDescriptor(Routes.prototype, sent);
  if (route !== undefined) Metered(sent)(Routes.prototype, sent, route);
}

/** A client of each kind has sent what has the kind as its key. */
const taker = (kind: string) => ({
  knows: (client: string, one: string) => Promise.resolve(one === `${client} ${kind}`),
});

interface Scene {
  readonly guard: MeteredGuard;
  readonly refusals: string[];
  readonly inferred: unknown[];
  readonly shares: unknown[];
}

/** @param left how many images the client may send yet */
function scene(left: number, takers = { assets: taker('assets'), batches: taker('batches') }): Scene {
  const refusals: string[] = [];
  const inferred: unknown[] = [];
  const shares: unknown[] = [];
  const take = (images: number): Promise<Allowance> => {
    if (images > left) return Promise.resolve(SPENT);
    return Promise.resolve({ kind: 'allowed', states: [], share: (kept) => void shares.push([images, kept]) });
  };
  const limits: MeterParts['limits'] = {
    take: () => take(1),
    takeMore: (_client, _limits, images) => take(images + 1),
  };
  const guard = new MeteredGuard({
    limits,
    inferred: { add: (...added) => void inferred.push(added) },
    refused: (sent, why) => void refusals.push(`${sent} ${why}`),
    takers,
  });
  return { guard, refusals, inferred, shares };
}

async function ask({ guard }: Scene, sent: Sent, key?: string, clientId = 'shop'): Promise<Admission | undefined> {
  const headers = key === undefined ? {} : { 'idempotency-key': key };
  const principal = { clientId, limits: LIMITS };
  const request: { admission?: Admission; principal: object; headers: object } = { principal, headers };
  const handler = Reflect.get(Routes.prototype, sent);
  const context = new ExecutionContextHost([request, { header: () => undefined }], Routes, handler);
  expect(await guard.canActivate(context)).toBe(true);
  return request.admission;
}

describe('a client that has sent what it may', () => {
  it.each(['assets', 'batches'] as const)('may repeat what was accepted of its %s, and nothing else', async (sent) => {
    const spent = scene(0);
    expect(await ask(spent, sent, `shop ${sent}`)).toBeUndefined();
    for (const key of [undefined, 'another', 'shop others'])
      await expect(ask(spent, sent, key)).rejects.toThrow('today');
    const other = sent === 'assets' ? 'batches' : 'assets';
    await expect(ask(spent, other, `shop ${sent}`)).rejects.toThrow('today');
  });

  it('has few of its keys looked up at once, and keeps nobody else from theirs', async () => {
    const looked: string[] = [];
    let end: (known: boolean) => void = () => undefined;
    const ended = new Promise<boolean>((resolve) => (end = resolve));
    const slow = {
      knows: (client: string) => {
        looked.push(client);
        return ended;
      },
    };
    const spent = scene(0, { assets: slow, batches: slow });
    const told = (key: string, client: string): Promise<unknown> =>
      ask(spent, 'batches', key, client).catch((error: unknown) => (error instanceof Problem ? error.code : error));
    const flood = Array.from({ length: 100 }, (_, n) => told(`key ${n}`, 'shop'));
    const other = told('key', 'press');
    await new Promise((resolve) => setImmediate(resolve));
    expect(looked).toEqual(['shop', 'shop', 'press']);
    end(false);
    expect(await other).toBe('quota-exceeded');
    const codes = await Promise.all(flood);
    expect(codes.filter((code) => code === 'quota-exceeded')).toHaveLength(66);
    expect(codes.filter((code) => code === 'overloaded')).toHaveLength(34);
  });

  it('infers nothing more, whatever key it sends', async () => {
    const spent = scene(0);
    await expect(ask(spent, 'images', 'shop images')).rejects.toThrow('today');
    expect(spent.refusals).toEqual(['images quota-exceeded']);
  });
});

describe('what was let in', () => {
  it('counts until it ends, and on unless nothing was stored of it', async () => {
    const open = scene(1);
    for (const outcome of ['done', 'unknown', 'refused'] as const) (await ask(open, 'assets'))?.end(outcome);
    expect(open.shares).toEqual([
      [1, true],
      [1, true],
      [1, false],
    ]);
    expect(open.inferred).toEqual([]);
  });

  it('counts as many images as it brings, and those that were inferred on by themselves', async () => {
    const open = scene(16);
    const admission = await ask(open, 'images');
    await admission?.bring(16);
    admission?.end('done');
    expect(open.inferred).toEqual([['shop', 16]]);
    expect(open.shares).toEqual([
      [1, false],
      [16, false],
    ]);
    (await ask(open, 'images'))?.end('unknown');
    expect(open.inferred).toHaveLength(1);
  });

  it('is refused where it brings more than is left', async () => {
    const open = scene(5);
    const admission = await ask(open, 'images');
    await expect(admission?.bring(6)).rejects.toThrow('today');
    admission?.end('refused');
    expect([open.inferred, open.shares]).toEqual([[], [[1, false]]]);
    expect(open.refusals).toEqual(['images quota-exceeded']);
  });
});

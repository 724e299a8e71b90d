import 'reflect-metadata';

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { Principal } from '#contracts/access.js';
import { Problem } from '#contracts/problems.js';
import { DeadlineTooShort } from '#inference/admission/deadline-too-short.js';
import type { ModelManifest } from '#inference/models/manifest.js';
import { openManifest } from '#inference/models/repository.js';

import { TINY, writeTinyModel } from '../../../test/faults/fixtures/tiny-model.js';
import { OipInferController } from './oip-infer.controller.js';

let folder = '';
let manifest: ModelManifest;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oip-infer-'));
  await writeTinyModel(folder, 'mean');
  manifest = await openManifest(folder, TINY);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A controller whose callers' bodies come when they are told to. */
function scene() {
  const sheds: string[] = [];
  const controller = new OipInferController({
    manifest: () => manifest,
    ready: () => true,
    onShed: (reason) => sheds.push(reason),
    infer: () => Promise.resolve({ scores: [] }),
  });
  const bodies: PassThrough[] = [];
  const reply = { status: () => undefined, header: () => undefined };
  const ask = (clientId: string): Promise<unknown> => {
    const caller: Principal = { keyId: 'key', role: 'client', clientId, holder: 'test', scopes: ['scores'] };
    const body = new PassThrough();
    bodies.push(body);
    const asked = controller.infer(caller, { body }, {}, reply, { name: manifest.name });
    return asked.catch((error: unknown) => error);
  };
  /** One whose body is here at once: it is looked at where there is a place, and then found to be none. */
  const askFast = (clientId: string): Promise<unknown> => {
    const asked = ask(clientId);
    bodies.at(-1)?.end('no request');
    return asked;
  };
  const destroy = (): void => {
    for (const body of bodies) body.destroy();
  };
  return { sheds, ask, askFast, destroy };
}

/** What a caller hears whose views take 40 ms at the least. @param timeout microseconds that it allows */
async function adviceTo(timeout: number | undefined): Promise<unknown> {
  const controller = new OipInferController({
    manifest: () => manifest,
    ready: () => true,
    onShed: () => undefined,
    infer: () => Promise.reject(new DeadlineTooShort(40, 1_000)),
  });
  const { size } = manifest.preprocessing;
  const shape = [1, size, size, 3];
  const input = { name: 'image', datatype: 'UINT8', shape, data: Array.from({ length: size * size * 3 }, () => 0) };
  const body = new PassThrough();
  body.end(JSON.stringify({ parameters: timeout === undefined ? {} : { timeout }, inputs: [input] }));
  const caller: Principal = { keyId: 'key', role: 'client', clientId: 'one', holder: 'test', scopes: ['scores'] };
  const reply = { status: () => undefined, header: () => undefined };
  return controller
    .infer(caller, { body }, {}, reply, { name: manifest.name })
    .catch((error: unknown) => (error instanceof Problem ? error.detail : error));
}

describe('views that take longer than there is time', () => {
  it.each([
    [undefined, /40 ms at the least; this service may not take as long: send fewer at once/],
    [0, /send fewer/],
    [60_000_000, /send fewer/],
    [30_000, /40 ms at the least; allow more/],
  ])('are refused with what helps: a caller that allows %p µs', async (timeout, advice) => {
    expect(await adviceTo(timeout)).toMatch(advice);
  });
});

const LOOKED_AT = { code: 'invalid-request', detail: expect.stringContaining('JSON') };

describe('bodies that do not come', () => {
  it('of two clients leave places to a third', async () => {
    const { sheds, ask, askFast, destroy } = scene();
    const slow = Array.from({ length: 34 }, (_, n) => ask(n % 2 === 0 ? 'one' : 'other'));
    await turn();
    expect(sheds).toEqual(['client_bodies_max', 'client_bodies_max']);
    expect(await askFast('third')).toMatchObject(LOOKED_AT);
    destroy();
    await Promise.all(slow);
    expect(sheds).toHaveLength(2);
  });

  it.each([3, 6])('of %d clients that act together leave places to whoever comes next', async (clients) => {
    const { sheds, ask, askFast, destroy } = scene();
    const slow = Array.from({ length: 60 }, (_, n) => ask(`slow ${n % clients}`));
    await turn();
    expect(sheds).toHaveLength(60 - 42);
    for (const clientId of ['fourth', 'fifth']) expect(await askFast(clientId)).toMatchObject(LOOKED_AT);
    expect(sheds).toHaveLength(60 - 42);
    destroy();
    await Promise.all(slow);
  });
});

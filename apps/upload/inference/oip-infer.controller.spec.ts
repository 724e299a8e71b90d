import 'reflect-metadata';

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { Principal } from '#contracts/access.js';
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

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

describe('bodies that do not come', () => {
  it('of two clients leave places to a third', async () => {
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
    const slow = Array.from({ length: 34 }, (_, n) => ask(n % 2 === 0 ? 'one' : 'other'));
    await turn();
    expect(sheds).toEqual(['client_bodies_max', 'client_bodies_max']);
    const third = ask('third');
    bodies.at(-1)?.end('no request');
    // it is looked at, and not sent away
    expect(await third).toMatchObject({ code: 'invalid-request', detail: expect.stringContaining('JSON') });
    for (const body of bodies) body.destroy();
    await Promise.all(slow);
    expect(sheds).toHaveLength(2);
  });
});

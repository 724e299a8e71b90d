import 'reflect-metadata';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ProblemBody } from '#contracts/problems.js';
import { drawSample } from '#imaging/draw-samples.js';
import { ReviewAssetStore } from '#persistence/review-asset-store.js';
import { AssetFiles } from '#storage/asset-files.js';
import { ReadRendition } from '../../apps/console/renditions/read-rendition.js';
import { Renderer } from '../../apps/console/renditions/renderer.js';
import { build } from '../support/built.js';
import { TestService } from '../support/test-service.js';
import { sceneForAll, secretOf } from './console-scene.js';

const scene = sceneForAll('asset, review');
const LIMITS = { pixelsMax: 50_000_000, framesMax: 100 };
/** It dies over a call whose picture is one pixel wide, never answers for two, and answers others. */
const FRAGILE = `process.on('message', ({ call, wants }) => {
  if (wants.sizeMax === 1) process.kill(process.pid, 'SIGSEGV');
  if (wants.sizeMax > 2) process.send({ call, answer: { kind: 'no-frame', frames: process.pid } });
});`;

let home = '';
let entry = '';
let service: TestService;
const closing: (() => unknown)[] = [];
beforeAll(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'portcullis-renditions-'));
  const built = await build();
  entry = built('apps/console/renditions/rendition-process.js');
  service = new TestService('console', built('apps/console/main.js'), {
    DATABASE_URL: scene().databaseUrl,
    PORTCULLIS_HOME: home,
    CONSOLE_PORT: '0',
  });
  await service.start();
});
afterAll(async () => {
  for (const close of closing) await close();
  await service.stop();
  await rm(home, { recursive: true });
});

/** An asset whose bytes are these. @returns its id */
async function stored(bytes: Uint8Array): Promise<string> {
  const id = await scene().upload({});
  await new AssetFiles(path.join(home, 'assets')).write(id, pieces(bytes), 10_000_000);
  return id;
}

async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  yield bytes;
}

const get = (id: string, holder?: string, query = '', has?: string | null): Promise<Response> =>
  fetch(`${service.url}/api/assets/${id}/rendition${query}`, {
    headers: {
      ...(holder === undefined ? {} : { authorization: `Bearer ${secretOf(holder)}` }),
      ...(has === undefined || has === null ? {} : { 'if-none-match': has }),
    },
  });
const codeOf = async (answer: Response): Promise<[number, string]> => [
  answer.status,
  ((await answer.json()) as ProblemBody).code,
];

describe('the picture of an asset', () => {
  it('is encoded anew, for moderators alone, and nothing in it runs', async () => {
    const { bytes } = await drawSample(0);
    const id = await stored(bytes);
    const answer = await get(id, 'anna', '?size=64');
    const picture = Buffer.from(await answer.arrayBuffer());
    expect(answer.status).toBe(200);
    expect(picture.subarray(8, 12).toString()).toBe('WEBP');
    expect(picture.length).toBeLessThan(bytes.length);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'image/webp',
      'cache-control': 'private, no-cache',
      etag: expect.stringMatching(/^".{43}"$/),
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
      'x-portcullis-frames': '1',
    });
    expect(await codeOf(await get(id))).toEqual([401, 'unauthorized']);
    expect(await codeOf(await get(id, 'shop'))).toEqual([403, 'forbidden']);
    expect(await codeOf(await get(id, 'anna', '?frame=1'))).toEqual([404, 'not-found']);
    expect(await codeOf(await get(id, 'anna', '?size=9000'))).toEqual([400, 'invalid-request']);
  });

  it('is not sent again to whoever has it, as long as the asset is there and they may see it', async () => {
    const id = await stored((await drawSample(1)).bytes);
    const first = await get(id, 'anna', '?size=64');
    const etag = first.headers.get('etag');
    const again = await get(id, 'ben', '?size=64', `"another", W/${etag ?? ''}`);
    expect([again.status, (await again.arrayBuffer()).byteLength, again.headers.get('etag')]).toEqual([304, 0, etag]);
    expect(again.headers.get('cache-control')).toBe('private, no-cache');
    expect((await get(id, 'anna', '?size=65', etag)).status).toBe(200);
    expect(await codeOf(await get(id, undefined, '?size=64', etag))).toEqual([401, 'unauthorized']);
    await scene().rows(`UPDATE asset SET erased_at = now(), sha256 = '' WHERE id = $1`, [id]);
    expect(await codeOf(await get(id, 'anna', '?size=64', etag))).toEqual([410, 'erased']);
  });

  it('is none where nothing can be shown, and says so', async () => {
    const broken = await stored(Buffer.from('<svg onload="alert(1)"/>'));
    expect(await codeOf(await get(broken, 'anna'))).toEqual([422, 'undecodable']);
    const lost = await scene().upload({});
    expect(await codeOf(await get(lost, 'anna'))).toEqual([422, 'undecodable']);
    await scene().rows(`UPDATE asset SET erased_at = now(), sha256 = '' WHERE id = $1`, [broken]);
    expect(await codeOf(await get(broken, 'anna'))).toEqual([410, 'erased']);
  });
});

describe('the process that decodes', () => {
  const renderer = (of: string, callMsMax?: number): Renderer => {
    const made = new Renderer({ entry: of, limits: LIMITS, ...(callMsMax === undefined ? {} : { callMsMax }) });
    closing.push(() => made.close());
    return made;
  };

  it('dies over one picture, and another one shows the next', async () => {
    const made = renderer(await fragile());
    const asked = [9, 1, 9].map((sizeMax) => made.render('x', { frame: 0, sizeMax }, 'ann').catch(String));
    const [first, died, second] = await Promise.all(asked);
    expect(died).toContain('ended over it');
    expect([first, second]).toMatchObject([{ kind: 'no-frame' }, { kind: 'no-frame' }]);
    expect(first).not.toEqual(second);
  });

  it('is ended when it does not answer', async () => {
    const made = renderer(await fragile(), 50);
    await expect(made.render('x', { frame: 0, sizeMax: 2 }, 'ann')).rejects.toThrow('not decoded in its time');
  });

  async function fragile(): Promise<string> {
    const file = path.join(home, 'fragile.mjs');
    await writeFile(file, FRAGILE);
    return file;
  }

  it('keeps as many waiting as people have patience for', async () => {
    const made = renderer(entry);
    const ask = (who: string, count: number): Promise<unknown>[] =>
      Array.from({ length: count }, () => made.render(path.join(home, 'none'), { frame: 0, sizeMax: 9 }, who)).map(
        (one) => one.catch((error: unknown) => (error as Error).name),
      );
    const [greedy, other] = [ask('ann', 40), ask('ben', 2)];
    const busy = async (asked: Promise<unknown>[]): Promise<number> =>
      (await Promise.all(asked)).filter((name) => name === 'RendererBusy').length;
    expect([await busy(greedy), await busy(other)]).toEqual([10, 0]);
  });

  it('is not asked about what is erased', async () => {
    const id = await stored(Buffer.from('x'));
    await scene().rows(`UPDATE asset SET erased_at = now() WHERE id = $1`, [id]);
    const store = new ReviewAssetStore(scene().database);
    const read = new ReadRendition(store, new AssetFiles(home), { render: () => Promise.reject(new Error('asked')) });
    const asked = read.read(id, { frame: 0, size: 16 }, 'ann', () => true);
    await expect(asked).rejects.toMatchObject({ code: 'erased' });
  });
});

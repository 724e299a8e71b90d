import 'reflect-metadata';
import { expect, it } from '@jest/globals';

import { RenditionQuery } from '#contracts/rendition-query.js';

import type { SentReply } from '../sign-in/web-request.js';
import { RenditionsController } from './renditions.controller.js';

/** An answer that remembers what it was told. */
class Reply implements SentReply {
  code = 200;
  readonly headers: Record<string, string> = {};
  body: Buffer | undefined;

  status(code: number): this {
    this.code = code;
    return this;
  }

  header(name: string, value: string): this {
    this.headers[name] = value;
    return this;
  }

  send(body?: Buffer): void {
    this.body = body;
  }
}

const CALLER = { keyId: 'k', role: 'moderator', clientId: null, holder: 'ann', scopes: [] } as const;
const ID = '01890a5d-ac96-774b-bcce-b302099a8057';
const PICTURE = { kind: 'rendered', webp: new Uint8Array(1), width: 2, height: 3, frames: 4 } as const;

it.each<[string, string, number, number | undefined]>([
  ['whoever asked, who asks again before it is shown again', '"old"', 200, 1],
  ['whoever has it', '"old", "new"', 304, undefined],
])('keeps a picture for %s, and for nobody who signs in, or out, after them', async (_who, known, code, bytes) => {
  const reply = new Reply();
  const controller = new RenditionsController({
    read: (_id, _query, _holder, has) =>
      Promise.resolve({ ...(has('"new"') ? ({ kind: 'unchanged' } as const) : PICTURE), etag: '"new"' }),
  });
  await controller.read(CALLER, ID, new RenditionQuery(), { headers: { 'if-none-match': known } }, reply);
  expect([reply.code, reply.body?.length]).toEqual([code, bytes]);
  expect(reply.headers).toMatchObject({
    'cache-control': 'private, no-cache',
    vary: 'cookie, authorization',
    etag: '"new"',
    ...(code === 200 ? { 'x-portcullis-size': '2x3', 'x-portcullis-frames': '4', 'content-type': 'image/webp' } : {}),
  });
});

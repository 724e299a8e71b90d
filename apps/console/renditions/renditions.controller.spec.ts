import 'reflect-metadata';
import { expect, it } from '@jest/globals';

import { RenditionQuery } from '#contracts/rendition-query.js';

import { RenditionsController } from './renditions.controller.js';

it('keeps a picture for whoever asked, and for nobody who signs in, or out, after them', async () => {
  const told: Record<string, string> = {};
  const reply = { header: (name: string, value: string) => Object.assign(told, { [name]: value }) };
  const picture = { kind: 'rendered', webp: new Uint8Array(1), width: 2, height: 3, frames: 4 } as const;
  const controller = new RenditionsController({ read: () => Promise.resolve(picture) });
  const caller = { keyId: 'k', role: 'moderator', clientId: null, holder: 'ann', scopes: [] } as const;
  await controller.read(caller, '01890a5d-ac96-774b-bcce-b302099a8057', new RenditionQuery(), reply);
  expect(told).toMatchObject({
    'cache-control': 'private, max-age=300',
    vary: 'cookie, authorization',
    'x-portcullis-size': '2x3',
    'x-portcullis-frames': '4',
  });
});

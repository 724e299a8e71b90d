import { describe, expect, it } from '@jest/globals';
import { Readable } from 'node:stream';

import { contentKey } from './content-key.js';

const BYTES = Buffer.from('bytes');
const FIELDS = { externalId: 'a', metadata: { x: 1, y: 'z' } };

describe('the key of what is submitted', () => {
  it('is that of the same bytes and fields, however they are held', async () => {
    const key = await contentKey(BYTES, FIELDS, '');
    const open = (): Readable => Readable.from([Buffer.from('by'), Buffer.from('tes')]);
    expect(key).toMatch(/^[0-9a-f]{64}$/);
    expect(await contentKey({ open }, { ...FIELDS, metadata: { y: 'z', x: 1 } }, '')).toBe(key);
  });

  it('is another for whatever else is said', async () => {
    const keys = await Promise.all([
      contentKey(BYTES, FIELDS, ''),
      contentKey(Buffer.from('other'), FIELDS, ''),
      contentKey({ url: 'https://images.example/1.jpg' }, FIELDS, ''),
      contentKey(BYTES, FIELDS, 'again'),
      contentKey(BYTES, { ...FIELDS, externalId: undefined, uploaderId: 'a' }, ''),
      contentKey(BYTES, { ...FIELDS, class: 'urgent' }, ''),
      contentKey(BYTES, { ...FIELDS, metadata: { x: 1 } }, ''),
    ]);
    expect(new Set(keys).size).toBe(keys.length);
  });
});

import { describe, expect, it } from '@jest/globals';

import { allow } from '#fetching/url-guard.js';
import type { ArchiveSlice } from '#persistence/bulk-item.js';
import type { BulkWork } from '#persistence/bulk-work-store.js';

import { fetchSlots, hostSlots } from '../fetching/fetch-slots.js';
import { fromBulk } from './bulk-source.js';

const BYTES_MAX = 1_000;
const ENTRY: ArchiveSlice = { name: 'a.jpg', offset: 0, storedBytes: 9, bytes: 9, deflated: false, crc32: null };
const WORK: BulkWork = {
  ...{ submissionId: '01890a5d-ac96-774b-bcce-b302099a80a1', number: 1, clientId: 'client', shared: false },
  ...{ attempts: 1, sheds: 0, url: null, host: null, entry: ENTRY, externalId: null, uploaderId: null, metadata: null },
};

/** Receives a file of an archive. @returns whether what it was read from was opened, and closed again */
async function received(content: string, write: (whole: AsyncIterable<Uint8Array>) => Promise<never>, entry = ENTRY) {
  const seen = { opened: false, closed: false, code: '' };
  async function* read(): AsyncGenerator<Uint8Array> {
    seen.opened = true;
    try {
      for (;;) yield await Promise.resolve(Buffer.from(content));
    } finally {
      seen.closed = true;
    }
  }
  const fetching = {
    web: { resolve: () => Promise.resolve([]), allowances: allow([], []), totalMs: 100 },
    slots: fetchSlots(),
    hosts: hostSlots(),
  };
  const source = fromBulk({ ...WORK, url: null, entry }, { fetching, archives: { read } });
  const files = {
    write: (_id: string, whole: AsyncIterable<Uint8Array>) => write(whole),
    remove: () => Promise.resolve(),
  };
  const error: unknown = await source
    .receive('asset', { files, assetBytesMax: BYTES_MAX })
    .catch((one: unknown) => one);
  return { ...seen, error };
}

const full = (): Promise<never> => Promise.reject(new Error('the disk is full'));

describe('a file of an archive', () => {
  it('that is no image is closed as soon as that shows', async () => {
    const { error, ...seen } = await received('plain words and nothing else', full);
    expect(error).toMatchObject({ code: 'unsupported-media' });
    expect(seen).toMatchObject({ opened: true, closed: true });
  });

  it('that cannot be stored is closed', async () => {
    const gif = `GIF89a\u0001\u0000\u0001\u0000${' '.repeat(5_000)}`;
    const { error, ...seen } = await received(gif, full);
    expect(error).toMatchObject({ message: 'the disk is full' });
    expect(seen).toMatchObject({ opened: true, closed: true });
  });

  it('that is larger than an image may be is not opened', async () => {
    const { error, ...seen } = await received('x', full, { ...ENTRY, bytes: BYTES_MAX + 1 });
    expect(error).toMatchObject({ code: 'too-large' });
    expect(seen).toMatchObject({ opened: false, closed: false });
  });
});

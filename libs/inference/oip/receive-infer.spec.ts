import { describe, expect, it } from '@jest/globals';
import type { OipModel } from './oip-model.js';
import { receiveInfer } from './receive-infer.js';

const model: OipModel = {
  name: 'm',
  version: '1.0.0',
  sha256: 'aa',
  servedRef: 'm/1.0.0',
  input: { name: 'image', size: 2 },
  output: { name: 'probs', classes: 2 },
};

async function* broken(code: string): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(new TextEncoder().encode('{"inputs":'));
  throw Object.assign(new Error('aborted'), { code });
}

/** Blanks within a tensor, for as long as somebody reads. */
async function* endless(seen: { bytes: number }): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(new TextEncoder().encode('{"inputs":[{"data":['));
  for (;;) {
    seen.bytes += 1_000;
    yield new Uint8Array(1_000).fill(0x20);
  }
}

describe('a body that arrives', () => {
  it('and breaks off is the doing of who sent it', async () => {
    const received = receiveInfer(broken('ECONNRESET'), undefined, model);
    await expect(received).rejects.toMatchObject({ name: 'Problem', code: 'invalid-request' });
  });

  it('and fails otherwise is not', async () => {
    await expect(receiveInfer(broken('EIO'), undefined, model)).rejects.toMatchObject({ code: 'EIO' });
  });

  it('without end is read no further than a request may be long', async () => {
    const seen = { bytes: 0 };
    const received = receiveInfer(endless(seen), undefined, model);
    await expect(received).rejects.toMatchObject({ name: 'Problem', code: 'too-large' });
    expect(seen.bytes).toBeLessThan(70_000);
  });

  it('may come byte by byte', async () => {
    const request = { inputs: [{ name: 'image', datatype: 'UINT8', shape: [1, 2, 2, 3], data: Array(12).fill(7) }] };
    async function* bytes(): AsyncGenerator<Uint8Array> {
      for (const byte of new TextEncoder().encode(JSON.stringify(request))) {
        yield await Promise.resolve(Uint8Array.of(byte));
      }
    }
    const { views } = await receiveInfer(bytes(), undefined, model);
    expect(views.map((view) => [...view])).toEqual([Array(12).fill(7)]);
  });
});

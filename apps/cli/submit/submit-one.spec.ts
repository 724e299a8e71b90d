import { describe, expect, it } from '@jest/globals';

import type { Asset } from '#client/answers.js';
import { ConnectionError } from '#client/errors.js';
import type { SubmitOptions } from '#client/submit.js';

import { submitOne, type SubmitOneParts } from './submit-one.js';

const asset = (id: string, served: boolean): Asset => ({ id, served }) as Asset;
const BYTES = Buffer.from('bytes');
const cut = new ConnectionError('cut');

type Take = (options: SubmitOptions) => Promise<Asset>;

function parts(take: Take, get: SubmitOneParts['client']['get'] = () => Promise.reject(cut)) {
  const [stop, keys] = [new AbortController(), new Set<string | undefined>()];
  const submit = (_source: unknown, options: SubmitOptions = {}): Promise<Asset> => {
    keys.add(options.idempotencyKey);
    return take(options);
  };
  return { all: { client: { submit, get }, again: '', stop: stop.signal }, stop, keys };
}

/** A submission that rests before its next attempt until its signal ends it. */
const resting: Take = ({ signal, onProgress }) =>
  new Promise((_resolve, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    onProgress?.({ state: 'retrying', attempt: 1, delayMs: 10_000, error: cut });
  });

describe('one image', () => {
  it('has the same key in every run of the command', async () => {
    const { all, keys } = parts(() => Promise.resolve(asset('a', true)));
    await submitOne(BYTES, { externalId: 'x' }, all);
    await submitOne(BYTES, { externalId: 'x' }, all);
    expect(keys.size).toBe(1);
    await submitOne(BYTES, { externalId: 'x' }, { ...all, again: 'once more' });
    expect(keys.size).toBe(2);
  });

  it('that an earlier run handed in is told as it is now', async () => {
    const replayed: Take = ({ onProgress }) => {
      onProgress?.({ state: 'accepted', asset: asset('a', true), isReplayed: true });
      return Promise.resolve(asset('a', true));
    };
    const now = parts(replayed, (id) => Promise.resolve(asset(id, false)));
    expect(await submitOne(BYTES, {}, now.all)).toMatchObject({ served: false });
    expect(await submitOne(BYTES, {}, parts(replayed).all)).toMatchObject({ served: true });
  });

  it('is not tried again once the command is stopped', async () => {
    const before = parts(resting);
    const ended = submitOne(BYTES, {}, before.all);
    before.stop.abort();
    await expect(ended).rejects.toBe(cut);
    const meanwhile = parts((options) => {
      setImmediate(() => meanwhile.stop.abort());
      return resting(options);
    });
    await expect(submitOne(BYTES, {}, meanwhile.all)).rejects.toBe(cut);
  });
});

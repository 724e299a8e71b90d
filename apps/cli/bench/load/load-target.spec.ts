import { describe, expect, it } from '@jest/globals';

import { Cleanup } from '../cleanup.js';
import { openTarget } from './load-target.js';

const CONTEXT = { signal: new AbortController().signal, cleanup: new Cleanup() };
const OPTIONS = { key: 'secret', allowRemote: false, withBatch: false };

describe('a load test of a service that runs already', () => {
  it.each(['http://127.0.0.1:8080', 'http://127.0.0.1:8080/', 'http://[::1]:8080'])('may be of %s', async (url) => {
    expect(await openTarget(CONTEXT, { ...OPTIONS, url })).toEqual({
      url: url.replace(/\/$/, ''),
      key: 'secret',
      ours: undefined,
    });
  });

  it.each([
    ['another machine', { url: 'http://192.0.2.7:8080' }, '--allow-remote'],
    ['no address', { url: '127.0.0.1:8080' }, '--url'],
    ['a file', { url: 'file:///etc/passwd' }, '--url'],
    ['one whose batch service is to be started', { url: 'http://127.0.0.1:1', withBatch: true }, '--with-batch'],
  ])('is not of %s', async (_, options, words) => {
    await expect(openTarget(CONTEXT, { ...OPTIONS, ...options })).rejects.toThrow(words);
  });

  it('needs a key', async () => {
    const { allowRemote, withBatch } = OPTIONS;
    await expect(openTarget(CONTEXT, { url: 'http://127.0.0.1:1', allowRemote, withBatch })).rejects.toThrow('--key');
  });

  it('may be of another machine when that is said', async () => {
    const { url } = await openTarget(CONTEXT, { ...OPTIONS, url: 'http://192.0.2.7:8080', allowRemote: true });
    expect(url).toBe('http://192.0.2.7:8080');
  });
});

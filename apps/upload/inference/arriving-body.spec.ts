import { PassThrough } from 'node:stream';

import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';

import { chunksWithin } from './arriving-body.js';

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
});
afterEach(() => {
  expect(jest.getTimerCount()).toBe(0);
  jest.useRealTimers();
});

async function read(body: PassThrough): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunksWithin(body, 5_000)) parts.push(chunk);
  return Buffer.concat(parts).toString();
}

describe('a body that arrives', () => {
  it('is what came, where all of it comes in time', async () => {
    const body = new PassThrough();
    const whole = read(body);
    body.write('one ');
    await jest.advanceTimersByTimeAsync(4_999);
    body.end('other');
    expect(await whole).toBe('one other');
  });

  it('is given up when it is late, however steadily it comes, and its stream stays', async () => {
    const body = new PassThrough();
    const ended = read(body).catch((error: unknown) => error);
    for (let n = 0; n < 6; n += 1) {
      body.write('.');
      await jest.advanceTimersByTimeAsync(1_000);
    }
    expect(await ended).toMatchObject({ code: 'invalid-request', detail: expect.stringContaining('5000 ms') });
    expect(body.destroyed).toBe(false);
    body.destroy();
  });
});

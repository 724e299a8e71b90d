import { describe, expect, it } from '@jest/globals';
import { StartRefused } from '#contracts/errors.js';
import { remoteSeed } from './remote-seed.js';

/** Ten milliseconds an image; the first time of a batch may have been slower. */
const server = (hiccups: Record<number, number> = {}) => {
  const asked: number[] = [];
  const timeMs = (batch: number): Promise<number> => {
    const ms = asked.includes(batch) ? 10 * batch : (hiccups[batch] ?? 10 * batch);
    asked.push(batch);
    return Promise.resolve(ms);
  };
  return { asked, timeMs };
};

describe('the times of a tier on another server', () => {
  it('are those of one image and of a full batch', async () => {
    expect(await remoteSeed({ batchMax: 4, sloMs: 80 }, server().timeMs)).toEqual([
      { batch: 1, p95Ms: 10 },
      { batch: 4, p95Ms: 40 },
    ]);
  });

  it('refuse a batch that is too long for the promise, and name one that is not', async () => {
    const start = remoteSeed({ batchMax: 16, sloMs: 100 }, server().timeMs);
    await expect(start).rejects.toBeInstanceOf(StartRefused);
    await expect(start).rejects.toThrow(
      /FAST_BATCH_MAX=16 .* 320\.0 ms, more than the promised 100\.0 ms; the largest legal batch is 4$/,
    );
  });

  it('refuse none for having been slow once', async () => {
    const { asked, timeMs } = server({ 4: 500 });
    expect(await remoteSeed({ batchMax: 4, sloMs: 80 }, timeMs)).toContainEqual({ batch: 4, p95Ms: 40 });
    expect(asked).toEqual([1, 4, 4]);
  });

  it('never refuse a single image, and say that one is left where no batch is legal', async () => {
    expect(await remoteSeed({ batchMax: 1, sloMs: 5 }, server().timeMs)).toEqual([{ batch: 1, p95Ms: 10 }]);
    await expect(remoteSeed({ batchMax: 2, sloMs: 5 }, server().timeMs)).rejects.toThrow(/largest legal batch is 1$/);
  });
});

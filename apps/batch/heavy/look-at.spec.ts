import { describe, expect, it } from '@jest/globals';

import type { ClassifyOutcome } from '#contracts/classify.js';
import { ClassifierFailed } from '#inference/classifier/errors.js';
import { BytesUnreadable, SpoolFull, StorageLate } from '#storage/errors.js';

import { lookAt } from './look-at.js';

const REFUSED: ClassifyOutcome = { kind: 'rejected', code: 'undecodable', detail: 'no image' };

const asset = (assetId: string) => ({ assetId, sha256: `sum of ${assetId}` });

/** A place with room for so many at once, where some assets cannot be had, and a tier that refuses whatever it sees. */
function scene({ room = Infinity, faults = {} }: { room?: number; faults?: Readonly<Record<string, Error>> }) {
  const held = new Set<string>();
  const calls: string[][] = [];
  const borrow = (assetId: string, sha256: string) => {
    const fault = faults[assetId] ?? (held.size >= room ? new SpoolFull('full') : undefined);
    if (fault !== undefined) return Promise.reject(fault);
    const path = `/${assetId} with ${sha256}`;
    held.add(path);
    const release = (): Promise<void> => {
      held.delete(path);
      return Promise.resolve();
    };
    return Promise.resolve({ path, release });
  };
  const classify = (items: readonly { readonly path: string }[]) => {
    calls.push(items.map(({ path }) => path));
    const unheld = items.find(({ path }) => !held.has(path));
    if (unheld !== undefined) throw new Error(`${unheld.path} was given back too soon`);
    return Promise.resolve({ outcomes: items.map(() => REFUSED), queueMs: 0 });
  };
  return { held, calls, bytes: { borrow }, classifier: { classify } };
}

describe('a look at stored bytes', () => {
  it('borrows them by their hash, for as long as it takes', async () => {
    const { held, calls, bytes, classifier } = scene({});
    const [a, b] = [asset('a'), asset('b')];
    const { looks, late } = await lookAt(classifier, bytes, [a, b]);
    expect(late.size).toBe(0);
    expect([...looks]).toEqual([
      [a, REFUSED],
      [b, REFUSED],
    ]);
    expect(calls).toEqual([['/a with sum of a', '/b with sum of b']]);
    expect(held.size).toBe(0);
  });

  it('takes turns where there is no room for all', async () => {
    const { held, calls, bytes, classifier } = scene({ room: 2 });
    const { looks, late } = await lookAt(classifier, bytes, ['a', 'b', 'c', 'd', 'e'].map(asset));
    expect([looks.size, late.size]).toEqual([5, 0]);
    expect(calls.map((call) => call.length)).toEqual([2, 2, 1]);
    expect(held.size).toBe(0);
  });

  it('is late where there is no room for a single one', async () => {
    const { bytes, classifier } = scene({ room: 0 });
    const alone = asset('a');
    const { looks, late } = await lookAt(classifier, bytes, [alone]);
    expect(looks.size).toBe(0);
    expect(late.get(alone)).toBeInstanceOf(SpoolFull);
  });

  it('is given to those whose bytes are there while those of others are late', async () => {
    const away = new StorageLate('away');
    const { held, bytes, classifier } = scene({ faults: { b: away } });
    const { looks, late } = await lookAt(classifier, bytes, ['a', 'b', 'c'].map(asset));
    expect([...looks.keys()].map(({ assetId }) => assetId)).toEqual(['a', 'c']);
    expect([...late].map(([{ assetId }, error]) => [assetId, error])).toEqual([['b', away]]);
    expect(held.size).toBe(0);
  });

  it('fails alone for bytes that cannot be had', async () => {
    const { held, bytes, classifier } = scene({ faults: { b: new BytesUnreadable('gone') } });
    const { looks } = await lookAt(classifier, bytes, ['a', 'b', 'c'].map(asset));
    expect(
      [...looks].map(([{ assetId }, look]) => [assetId, look instanceof ClassifierFailed ? look.reason : 'seen']),
    ).toEqual([
      ['a', 'seen'],
      ['c', 'seen'],
      ['b', 'io'],
    ]);
    expect(held.size).toBe(0);
  });

  it('gives everything back when borrowing meets a defect', async () => {
    const defect = new Error('a defect');
    const { held, calls, bytes, classifier } = scene({ faults: { b: defect } });
    await expect(lookAt(classifier, bytes, ['a', 'b', 'c'].map(asset))).rejects.toBe(defect);
    expect([held.size, calls.length]).toEqual([0, 0]);
  });

  it('gives everything back when the tier is away', async () => {
    const { held, bytes } = scene({});
    const away = new Error('away');
    await expect(lookAt({ classify: () => Promise.reject(away) }, bytes, [asset('a')])).rejects.toBe(away);
    expect(held.size).toBe(0);
  });

  it('asks nobody about nothing', async () => {
    const { calls, bytes, classifier } = scene({});
    expect((await lookAt(classifier, bytes, [])).looks.size).toBe(0);
    expect(calls).toEqual([]);
  });
});

import { describe, expect, it } from '@jest/globals';

import { OperationalError } from '#contracts/errors.js';

import { deliverItem } from './deliver-item.js';
import type { Sent } from './item-sender.js';
import { ItemFault, type ListedItem, type OpenedItem } from './place.js';

const ITEM: ListedItem = { key: Buffer.from('a.jpg'), version: '1' };
const ACCEPTED: Sent = { kind: 'accepted', assetId: 'id', verdict: 'block' };
const LATE: Sent = { kind: 'late', retryAfterMs: 700, detail: 'busy' };
const BROKEN: Sent = { kind: 'broken', detail: 'reset' };

/** A service that says one thing after the other, and its last for ever. */
function scene(says: readonly Sent[], { isThere = true, place }: SceneOptions = {}) {
  const stop = new AbortController();
  const seen = { waits: [] as number[], digests: [] as (string | undefined)[], closed: 0 };
  const close = (): Promise<void> => {
    seen.closed += 1;
    return Promise.resolve();
  };
  const open = (): Promise<OpenedItem | undefined> => Promise.resolve({ bytes: 0, chunks: nothing(), close });
  const parts = {
    place: { open: place ?? open },
    sender: {
      send: (_item: ListedItem, _opened: OpenedItem, digest?: string): Promise<Sent> => {
        seen.digests.push(digest);
        return Promise.resolve(says[Math.min(seen.digests.length, says.length) - 1] ?? ACCEPTED);
      },
      isThere: () => Promise.resolve(isThere),
    },
    stop: stop.signal,
    wait: (ms: number): Promise<void> => {
      seen.waits.push(ms);
      return Promise.resolve();
    },
  };
  return { parts, seen, stop };
}

interface SceneOptions {
  readonly isThere?: boolean;
  /** Opens the item. */
  readonly place?: () => Promise<OpenedItem | undefined>;
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

describe('delivering an item', () => {
  it('ends with what the service says', async () => {
    const { parts, seen } = scene([ACCEPTED]);
    expect(await deliverItem(ITEM, parts)).toEqual({
      outcome: 'accepted',
      assetId: 'id',
      verdict: 'block',
      reason: null,
      detail: null,
    });
    expect(seen).toEqual({ waits: [], digests: [undefined], closed: 1 });
    const refused = scene([{ kind: 'refused', reason: 'undecodable', detail: 'broken' }]);
    expect(await deliverItem(ITEM, refused.parts)).toMatchObject({ outcome: 'refused', reason: 'undecodable' });
    const error = scene([{ kind: 'service_error', detail: 'a defect' }]);
    expect(await deliverItem(ITEM, error.parts)).toMatchObject({ outcome: 'failed', reason: 'service_error' });
    expect(error.seen.waits).toEqual([]);
  });

  it('waits for a late service for as long as it says and longer every time', async () => {
    const { parts, seen } = scene([LATE, LATE, BROKEN, ACCEPTED]);
    expect(await deliverItem(ITEM, parts)).toMatchObject({ outcome: 'accepted' });
    expect(seen.closed).toBe(4);
    const [first = 0, second = 0, third = 0] = seen.waits;
    expect(seen.waits).toHaveLength(3);
    expect(first).toBeGreaterThanOrEqual(700 + 2_000);
    expect(second).toBeGreaterThanOrEqual(700 + 4_000);
    expect(third).toBeGreaterThanOrEqual(8_000);
    expect(third).toBeLessThanOrEqual(16_000);
  });

  it('gives an item up for this run when the service stays late', async () => {
    const { parts, seen } = scene([LATE]);
    expect(await deliverItem(ITEM, parts)).toMatchObject({ outcome: 'failed', reason: 'busy', assetId: null });
    expect(seen.digests).toHaveLength(6);
  });

  it('gives an item up that breaks every connection, but ends the run when the service is away', async () => {
    const poison = scene([BROKEN]);
    expect(await deliverItem(ITEM, poison.parts)).toMatchObject({ outcome: 'failed', reason: 'broken_connection' });
    const away = scene([BROKEN], { isThere: false });
    await expect(deliverItem(ITEM, away.parts)).rejects.toThrow(OperationalError);
  });

  it('sends bytes that were written anew under the same version under a key of their own', async () => {
    const reused: Sent = { kind: 'key_reused', digest: 'd', detail: 'used' };
    const { parts, seen } = scene([reused, ACCEPTED]);
    expect(await deliverItem(ITEM, parts)).toMatchObject({ outcome: 'accepted' });
    expect(seen).toMatchObject({ digests: [undefined, 'd'], waits: [], closed: 2 });
    expect(await deliverItem(ITEM, scene([reused]).parts)).toMatchObject({ outcome: 'failed' });
  });

  it('ends the run when the service takes nothing for long', async () => {
    const { parts, seen } = scene([{ kind: 'late', retryAfterMs: 3_600_000, detail: 'the quota' }]);
    await expect(deliverItem(ITEM, parts)).rejects.toThrow('takes nothing for 3600 s: the quota');
    expect(seen).toMatchObject({ waits: [], closed: 1 });
  });

  it('leaves an item that is gone, and says of one that cannot be read that it failed', async () => {
    expect(await deliverItem(ITEM, scene([], { place: () => Promise.resolve(undefined) }).parts)).toBeUndefined();
    const fault = new ItemFault('changing', 'it changed');
    const changing = scene([], { place: () => Promise.reject(fault) });
    expect(await deliverItem(ITEM, changing.parts)).toMatchObject({ reason: 'changing', detail: 'it changed' });
  });

  it('leaves an item that waits when it is to stop', async () => {
    const { parts, stop } = scene([LATE]);
    stop.abort();
    expect(await deliverItem(ITEM, parts)).toBeUndefined();
  });
});

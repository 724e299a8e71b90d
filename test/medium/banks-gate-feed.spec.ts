import 'reflect-metadata';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { HashGate } from '#moderation/banks/bank.js';
import { BankChangeStore } from '#persistence/bank-change-store.js';
import { BankEntryStore } from '#persistence/bank-entry-store.js';
import { BankStore } from '#persistence/bank-store.js';
import { GateFeed, type BankChanges } from '#persistence/gate-feed.js';
import { eventually } from '../support/eventually.js';
import { ConsoleScene } from './console-scene.js';

let scene: ConsoleScene;
let banks: BankStore;
let entries: BankEntryStore;
let blockId: string;
beforeAll(async () => {
  scene = await ConsoleScene.open();
  banks = new BankStore(scene.database);
  entries = new BankEntryStore(scene.database);
  blockId = (await banks.list()).find(({ bank }) => bank.name === 'decided.block')?.bank.id ?? '';
});
afterAll(() => scene.close());
beforeEach(() => scene.rows('TRUNCATE bank_entry CASCADE'));

/** It reads when it is asked, and not by itself. */
const NEVER_MS = 3_600_000;
const feeds: GateFeed[] = [];
afterEach(async () => {
  await Promise.all(feeds.splice(0).map((feed) => feed.stop()));
});

const NOW = Date.now();
const hash = (): string => randomBytes(32).toString('hex');
const add = (...hashes: string[]): Promise<number> =>
  entries.add(
    blockId,
    hashes.map((sha256) => ({ sha256, pdq: null, note: null })),
    'chief',
  );
const idOf = async (sha256: string): Promise<number> => (await entries.exact(blockId, sha256, NOW)) ?? 0;

interface Fed {
  readonly gate: HashGate;
  readonly feed: GateFeed;
  readonly errors: unknown[];
  readonly knows: (sha256: string) => boolean;
}

/** A gate as a service has one, loaded. */
async function openGate(changes: BankChanges = changeStore(), refreshMs = 50): Promise<Fed> {
  const gate = new HashGate();
  const errors: unknown[] = [];
  const feed = new GateFeed(changes, gate, { onError: (error) => errors.push(error), refreshMs });
  feeds.push(feed);
  feed.start();
  await eventually('the gate is loaded', () => feed.isLoaded);
  return { gate, feed, errors, knows: (sha256) => gate.exact(sha256, NOW) !== undefined };
}

const changeStore = (): BankChangeStore => new BankChangeStore(scene.database);

describe('the gate of a service', () => {
  it('loads all that is there, over several pages, without what was removed', async () => {
    const hashes = Array.from({ length: 2_500 }, hash);
    await add(...hashes);
    const [removed = '', ...kept] = hashes;
    await entries.remove(blockId, await idOf(removed), 'chief');
    const { gate, knows } = await openGate();
    expect(gate.size).toBe(2_499);
    expect(kept.every(knows)).toBe(true);
    expect(knows(removed)).toBe(false);
  });

  it('is not loaded before it has been, and tells how old what it knows is', async () => {
    const feed = new GateFeed(changeStore(), new HashGate(), { onError: () => undefined });
    expect([feed.isLoaded, feed.ageMs()]).toEqual([false, Infinity]);
    const beganMs = performance.now();
    const opened = await openGate();
    const ageMs = opened.feed.ageMs();
    expect(ageMs).toBeLessThanOrEqual(performance.now() - beganMs);
  });

  it('follows: added, removed, disabled, put back; the same in every process', async () => {
    const gates = await Promise.all([openGate(), openGate()]);
    const everywhere = (what: string, wanted: boolean, sha256: string): Promise<unknown> =>
      eventually(what, () => gates.every(({ knows }) => knows(sha256) === wanted));
    const [one, other] = [hash(), hash()];
    await add(one, other);
    await everywhere('is known', true, one);
    const id = await idOf(one);
    await entries.disable(blockId, id, new Date('9999-01-01'), 'chief');
    await everywhere('is disabled', false, one);
    await entries.disable(blockId, id, null, 'chief');
    await everywhere('is put back', true, one);
    await entries.remove(blockId, id, 'chief');
    await everywhere('is removed', false, one);
    await everywhere('the other stays', true, other);
    await banks.change(blockId, { disabledUntil: new Date('9999-01-01') }, 'chief');
    await everywhere('its bank is disabled', false, other);
    await banks.change(blockId, { disabledUntil: null }, 'chief');
    await everywhere('its bank is put back', true, other);
  });

  it('lets an entry and a bank hit again when their time has come', async () => {
    const sha256 = hash();
    await add(sha256);
    const until = NOW + 3_600_000;
    await entries.disable(blockId, await idOf(sha256), new Date(until), 'chief');
    const { gate } = await openGate();
    expect([until - 1, until].map((nowMs) => gate.exact(sha256, nowMs)?.bank)).toEqual([undefined, 'decided.block']);
    await banks.change(blockId, { disabledUntil: new Date(until + 5) }, 'chief');
    await eventually('the bank is disabled', () => gate.exact(sha256, until) === undefined);
    expect(gate.exact(sha256, until + 5)?.bank).toBe('decided.block');
    await banks.change(blockId, { disabledUntil: null }, 'chief');
  });

  it('goes by looks as far as the bank says', async () => {
    const pdq = { pdq: '0'.repeat(64), quality: 90 };
    const near = { pdq: `${'0'.repeat(61)}fff`, quality: 90 };
    await entries.add(blockId, [{ sha256: null, pdq, note: null }], 'chief');
    const { gate } = await openGate();
    expect(gate.perceptual(near, NOW)).toMatchObject({ bank: 'decided.block', match: 'perceptual', distance: 12 });
    await banks.change(blockId, { distanceMax: 11 }, 'chief');
    await eventually('it is too far', () => gate.perceptual(near, NOW) === undefined);
    expect(gate.needsPerceptual(NOW)).toBe(true);
    await banks.change(blockId, { distanceMax: null }, 'chief');
    await eventually('looks do not count', () => !gate.needsPerceptual(NOW));
    await banks.change(blockId, { distanceMax: 31 }, 'chief');
  });

  it('misses nothing that commits late', async () => {
    const { knows } = await openGate();
    const [late, early] = [hash(), hash()];
    const slow = scene.database.createQueryRunner();
    await slow.startTransaction();
    await slow.query(
      `INSERT INTO bank_entry (bank_id, sha256, origin, added_by) VALUES ($1, decode($2, 'hex'), 'import', 'chief')`,
      [blockId, late],
    );
    await add(early);
    await eventually('what committed first is known', () => knows(early));
    const later = hash();
    await add(later);
    await eventually('what came afterwards is known', () => knows(later));
    expect(knows(late)).toBe(false);
    await slow.commitTransaction();
    await slow.release();
    await eventually('what committed late is known', () => knows(late));
  });

  it('reads what it has read once, however long another transaction lasts', async () => {
    const store = changeStore();
    const read: number[] = [];
    const noting: BankChanges = {
      banks: () => store.banks(),
      entries: (after, most) => store.entries(after, most),
      changes: async (place, snapshot, most) => {
        const entries = await store.changes(place, snapshot, most);
        read.push(...entries.map(({ id }) => id));
        return entries;
      },
    };
    // only when it is asked: what commits between the two questions of a read is found by the next one again
    const { feed, knows } = await openGate(noting, NEVER_MS);
    const long = scene.database.createQueryRunner();
    await long.startTransaction();
    await long.query('SELECT pg_current_xact_id()');
    const [one, other] = [hash(), hash()];
    await add(one);
    for (let n = 0; n < 3; n += 1) await feed.current();
    await add(other);
    for (let n = 0; n < 3; n += 1) await feed.current();
    expect([knows(one), knows(other), read]).toEqual([true, true, [await idOf(one), await idOf(other)]]);
    await entries.remove(blockId, await idOf(one), 'chief');
    await feed.current();
    expect([knows(one), knows(other), read.length]).toEqual([false, true, 3]);
    await long.commitTransaction();
    await long.release();
  });

  it('stays as it was while the database is late, and is caught up afterwards', async () => {
    const store = changeStore();
    let late = false;
    const { feed, errors, knows } = await openGate({
      banks: () => (late ? Promise.reject(new Error('late')) : store.banks()),
      entries: (after, most) => store.entries(after, most),
      changes: (place, snapshot, most) => store.changes(place, snapshot, most),
    });
    const [before, during] = [hash(), hash()];
    await add(before);
    await eventually('is known', () => knows(before));
    late = true;
    await eventually('it hears of the lateness', () => errors.length > 0);
    await add(during);
    const ageMs = feed.ageMs();
    await eventually('it grows older', () => feed.ageMs() > ageMs);
    expect([feed.isLoaded, knows(before), knows(during)]).toEqual([true, true, false]);
    late = false;
    await eventually('is caught up', () => knows(during));
  });

  it('loads anew from a server that counts from a lower number, and forgets what that one does not have', async () => {
    const [lost, kept, added] = [hash(), hash(), hash()];
    await add(lost, kept);
    const lostId = await idOf(lost);
    const store = changeStore();
    let takenOver = false;
    let late = true;
    const { gate, errors, knows } = await openGate({
      banks: async () => {
        const { since, ...asOf } = await store.banks();
        return { ...asOf, since: takenOver ? since : String(BigInt(since) + 1_000_000n) };
      },
      entries: async (after, most) => {
        if (takenOver && late) throw new Error('late');
        return (await store.entries(after, most)).filter(({ id }) => !takenOver || id !== lostId);
      },
      changes: (place, snapshot, most) => store.changes(place, snapshot, most),
    });
    expect([knows(lost), knows(kept)]).toEqual([true, true]);
    await add(added);
    takenOver = true;
    await eventually('the other server is late', () => errors.length > 0);
    expect([knows(lost), knows(kept)]).toEqual([true, true]);
    late = false;
    await eventually('is known', () => knows(added));
    expect([gate.size, knows(lost), knows(kept)]).toEqual([2, false, true]);
  });

  it('reads nothing more once it is stopped', async () => {
    const { feed, knows } = await openGate();
    await feed.stop();
    const sha256 = hash();
    await add(sha256);
    const other = await openGate();
    await eventually('another gate knows', () => other.knows(sha256));
    expect(knows(sha256)).toBe(false);
  });
});

import { describe, expect, it } from '@jest/globals';

import { HashGate, isWhole, type Bank, type BankEntry } from './bank.js';

const NOW = 1_000;
const SHA = 'ab'.repeat(32);
const OTHER_SHA = 'cd'.repeat(32);
const PDQ = '0f'.repeat(32);

/** The hash with its lowest bits turned over. */
const near = (bits: number): string => (BigInt(`0x${PDQ}`) ^ (2n ** BigInt(bits) - 1n)).toString(16).padStart(64, '0');

const looks = (bits: number, quality = 100): { pdq: string; quality: number } => ({ pdq: near(bits), quality });

const bank = (name: string, more: Partial<Bank> = {}): Bank => ({
  id: `id of ${name}`,
  name,
  kind: 'block',
  distanceMax: 31,
  disabledUntilMs: null,
  ...more,
});

const entry = (id: number, of: Bank, more: Partial<BankEntry>): BankEntry => ({
  id,
  bankId: of.id,
  sha256: null,
  pdq: null,
  disabledUntilMs: null,
  ...more,
});

const BLOCK = bank('block');
const ALLOW = bank('allow', { kind: 'allow' });

function gateOf(banks: readonly Bank[], entries: readonly BankEntry[]): HashGate {
  const gate = new HashGate();
  gate.setBanks(banks);
  for (const one of entries) gate.put(one);
  return gate;
}

describe('the hash gate', () => {
  it('hits on the same bytes, and names bank and entry', () => {
    const gate = gateOf([BLOCK], [entry(1, BLOCK, { sha256: SHA })]);
    const hit = { bank: 'block', kind: 'block', entryId: 1, match: 'exact', distance: 0 };
    expect(gate.exact(SHA, NOW)).toEqual(hit);
    expect(gate.exact(SHA.toUpperCase(), NOW)).toEqual(hit);
    expect(gate.exact(OTHER_SHA, NOW)).toBeUndefined();
    expect(gate.exact(`${SHA.slice(0, -1)}c`, NOW)).toBeUndefined();
  });

  it('hits on likeness up to the distance of the bank, and tells the distance', () => {
    const strict = bank('strict', { distanceMax: 5 });
    const gate = gateOf([strict], [entry(1, strict, { pdq: looks(0) })]);
    expect(gate.perceptual(looks(5), NOW)).toEqual({
      bank: 'strict',
      kind: 'block',
      entryId: 1,
      match: 'perceptual',
      distance: 5,
    });
    expect(gate.perceptual(looks(6), NOW)).toBeUndefined();
  });

  it.each([
    [31, true],
    [32, false],
  ])('never goes beyond 31 bits: %i', (bits, hits) => {
    const loose = bank('loose', { distanceMax: 200 });
    const gate = gateOf([loose], [entry(1, loose, { pdq: looks(0) })]);
    expect(gate.perceptual(looks(bits), NOW) !== undefined).toBe(hits);
  });

  it('takes no hash of quality below 50, neither to keep nor to ask', () => {
    const gate = gateOf([BLOCK], [entry(1, BLOCK, { pdq: looks(0, 49) })]);
    expect(gate.needsPerceptual(NOW)).toBe(false);
    expect(gate.perceptual(looks(0), NOW)).toBeUndefined();
    gate.put(entry(2, BLOCK, { pdq: looks(0, 50) }));
    expect(gate.perceptual(looks(0, 49), NOW)).toBeUndefined();
    expect(gate.perceptual(looks(0, 50), NOW)?.entryId).toBe(2);
  });

  it('prefers block to allow, then the older entry, when they are equally strong', () => {
    const entries = [
      entry(1, ALLOW, { sha256: SHA, pdq: looks(2) }),
      entry(3, BLOCK, { sha256: SHA, pdq: looks(2) }),
      entry(2, BLOCK, { sha256: SHA, pdq: looks(2) }),
    ];
    for (const inOrder of [entries, [...entries].reverse()]) {
      const gate = gateOf([BLOCK, ALLOW], inOrder);
      expect(gate.exact(SHA, NOW)).toMatchObject({ kind: 'block', entryId: 2 });
      expect(gate.perceptual(looks(0), NOW, true)).toMatchObject({ kind: 'block', entryId: 2 });
    }
  });

  it('prefers the nearer to the farther, whatever they say', () => {
    const gate = gateOf([BLOCK, ALLOW], [entry(1, BLOCK, { pdq: looks(9) }), entry(2, ALLOW, { pdq: looks(2) })]);
    expect(gate.perceptual(looks(0), NOW, true)).toMatchObject({ kind: 'allow', distance: 2 });
  });

  it('lets no allow bank answer for what is not wholly seen, nor stand before a block', () => {
    const gate = gateOf([BLOCK, ALLOW], [entry(1, BLOCK, { pdq: looks(9) }), entry(2, ALLOW, { pdq: looks(2) })]);
    expect(gate.perceptual(looks(0), NOW)).toMatchObject({ kind: 'block', distance: 9 });
    gate.remove(1);
    expect(gate.perceptual(looks(0), NOW)).toBeUndefined();
  });

  it('looks past a nearer entry that may not hit', () => {
    const strict = bank('strict', { distanceMax: 1 });
    const entries = [
      entry(1, strict, { pdq: looks(2) }),
      entry(2, BLOCK, { pdq: looks(3), disabledUntilMs: NOW + 1 }),
      entry(3, BLOCK, { pdq: looks(12) }),
    ];
    expect(gateOf([strict, BLOCK], entries).perceptual(looks(0), NOW)).toMatchObject({ entryId: 3, distance: 12 });
  });

  it('lets a disabled bank or entry hit again when its time has come', () => {
    const disabledUntilMs = NOW + 5;
    const full = { sha256: SHA, pdq: looks(0) };
    for (const gate of [
      gateOf([bank('block', { disabledUntilMs })], [entry(1, BLOCK, full)]),
      gateOf([BLOCK], [entry(1, BLOCK, { ...full, disabledUntilMs })]),
    ]) {
      expect([gate.exact(SHA, NOW + 4), gate.perceptual(looks(0), NOW + 4)]).toEqual([undefined, undefined]);
      expect(gate.exact(SHA, NOW + 5)).toMatchObject({ entryId: 1, match: 'exact' });
      expect(gate.perceptual(looks(0), NOW + 5)).toMatchObject({ entryId: 1, match: 'perceptual' });
    }
  });

  it('never hits in a bank that is gone or not there yet', () => {
    const gate = gateOf([], [entry(1, BLOCK, { sha256: SHA, pdq: looks(0) })]);
    expect([gate.exact(SHA, NOW), gate.perceptual(looks(0), NOW)]).toEqual([undefined, undefined]);
    gate.setBanks([BLOCK]);
    expect([gate.exact(SHA, NOW), gate.perceptual(looks(0), NOW)]).not.toContain(undefined);
    gate.setBanks([ALLOW]);
    expect([gate.exact(SHA, NOW), gate.perceptual(looks(0), NOW)]).toEqual([undefined, undefined]);
  });

  it('replaces an entry of the same id, and forgets a removed one', () => {
    const gate = gateOf([BLOCK, ALLOW], [entry(1, BLOCK, { sha256: SHA, pdq: looks(0) })]);
    gate.put(entry(1, ALLOW, { sha256: OTHER_SHA }));
    expect(gate.size).toBe(1);
    expect([gate.exact(SHA, NOW), gate.perceptual(looks(0), NOW, true)]).toEqual([undefined, undefined]);
    expect(gate.exact(OTHER_SHA, NOW)).toMatchObject({ kind: 'allow' });
    gate.remove(1);
    gate.remove(1);
    expect(gate.size).toBe(0);
    expect(gate.exact(OTHER_SHA, NOW)).toBeUndefined();
    gate.put(entry(2, BLOCK, { sha256: SHA }));
    expect([gate.size, gate.exact(SHA, NOW)?.entryId]).toEqual([1, 2]);
  });

  it('keeps the old entry when the new one is refused', () => {
    const gate = gateOf([BLOCK], [entry(1, BLOCK, { sha256: SHA })]);
    expect(() => gate.put(entry(1, BLOCK, { sha256: 'short' }))).toThrow(RangeError);
    expect(gate.exact(SHA, NOW)?.entryId).toBe(1);
  });

  it('holds thousands, and ids as large as the database gives', () => {
    const sha = (n: number): string => ((n * 2_654_435_761) % 2 ** 32).toString(16).padStart(8, '0').repeat(8);
    const id = (n: number): number => 2 ** 50 + n;
    const entries = Array.from({ length: 5_000 }, (_, n) => entry(id(n), BLOCK, { sha256: sha(n) }));
    const gate = gateOf([BLOCK], entries);
    for (let n = 0; n < 5_000; n += 2) gate.remove(id(n));
    expect(gate.size).toBe(2_500);
    expect(entries.map((_, n) => gate.exact(sha(n), NOW)?.entryId)).toEqual(
      entries.map((_, n) => (n % 2 === 0 ? undefined : id(n))),
    );
  });
});

describe('whether a perceptual hash is needed', () => {
  it.each([
    ['a bank that goes by looks', BLOCK, { pdq: looks(0) }, true],
    ['an exact bank', bank('exact', { distanceMax: null }), { pdq: looks(0) }, false],
    ['a disabled bank', bank('off', { disabledUntilMs: Infinity }), { pdq: looks(0) }, false],
    ['a bank of bytes only', BLOCK, { sha256: SHA }, false],
  ])('%s', (_case, of, hashes, needed) => {
    const gate = gateOf([of], [entry(1, of, hashes)]);
    expect(gate.needsPerceptual(NOW)).toBe(needed);
    expect(gate.perceptual(looks(0), NOW) !== undefined).toBe(needed);
    gate.remove(1);
    expect(gate.needsPerceptual(NOW)).toBe(false);
  });
});

describe('a picture that its first frame tells wholly', () => {
  it.each([
    [{ frames: 1, alpha: false, degraded: [] }, true],
    [{ frames: 2, alpha: false, degraded: [] }, false],
    [{ frames: 1, alpha: true, degraded: [] }, false],
    [{ frames: 1, alpha: false, degraded: ['frames_not_decoded'] }, false],
  ])('%j: %j', (facts, whole) => {
    expect(isWhole(facts)).toBe(whole);
  });
});

describe('a gate that becomes another', () => {
  it('knows the entries and banks of the other, and nothing that it knew before', () => {
    const gate = gateOf(
      [BLOCK, ALLOW],
      [entry(1, BLOCK, { sha256: SHA, pdq: looks(0) }), entry(2, ALLOW, { sha256: SHA })],
    );
    const other = bank('other', { distanceMax: 10 });
    gate.become(gateOf([other], [entry(1, other, { sha256: OTHER_SHA, pdq: looks(40) })]));
    expect(gate.size).toBe(1);
    expect(gate.exact(SHA, NOW)).toBeUndefined();
    expect(gate.perceptual(looks(0), NOW)).toBeUndefined();
    expect(gate.exact(OTHER_SHA, NOW)).toMatchObject({ bank: 'other', entryId: 1 });
    expect(gate.perceptual(looks(40), NOW)).toMatchObject({ bank: 'other', distance: 0 });
    gate.remove(1);
    expect([gate.size, gate.needsPerceptual(NOW)]).toEqual([0, false]);
  });
});

import 'reflect-metadata';

import { describe, expect, it } from '@jest/globals';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';

import { AssetQuery, PAGE_MAX } from './asset-query.js';

const read = (plain: object): AssetQuery => plainToInstance(AssetQuery, plain);
const faultsOf = (plain: object): string[] => validateSync(read(plain)).map((fault) => fault.property);

describe('a query of assets', () => {
  it('is a page of fifty unless it says otherwise', () => {
    expect(faultsOf({})).toEqual([]);
    expect(read({})).toEqual({ limit: 50 });
  });

  it.each<[Record<string, string>, object]>([
    [
      { stage: 'final', verdict: 'review', transition: 'late_block' },
      { stage: 'final', verdict: 'review', transition: 'late_block' },
    ],
    [{ served: 'true' }, { served: true }],
    [{ served: 'false' }, { served: false }],
    [{ limit: '1' }, { limit: 1 }],
    [{ limit: String(PAGE_MAX) }, { limit: PAGE_MAX }],
    [
      { externalId: 'a', uploaderId: 'ü' },
      { externalId: 'a', uploaderId: 'ü' },
    ],
    [{ receivedFrom: '2026-01-31T12:00:00Z' }, { receivedFrom: new Date(Date.UTC(2026, 0, 31, 12)) }],
    [{ receivedFrom: '2026-01-31T12:00:00+02:00' }, { receivedFrom: new Date(Date.UTC(2026, 0, 31, 10)) }],
    [{ cursor: '01890a5d-ac96-774b-bcce-b302099a8057' }, { cursor: '01890a5d-ac96-774b-bcce-b302099a8057' }],
  ])('understands %j', (plain, expected) => {
    expect(faultsOf(plain)).toEqual([]);
    expect(read(plain)).toEqual({ limit: 50, ...expected });
  });

  it.each<Record<string, unknown>>([
    { stage: 'last' },
    { stage: ['final', 'final'] },
    { verdict: 'Allow' },
    { transition: '' },
    { served: 'yes' },
    { served: '1' },
    { served: ['true', 'false'] },
    { externalId: '' },
    { externalId: 'x'.repeat(256) },
    { uploaderId: 'a\u0000' },
    { receivedFrom: 'yesterday' },
    { receivedFrom: '' },
    { receivedFrom: '2026-13-01T00:00:00Z' },
    { receivedFrom: ['2026-01-01', '2026-01-02'] },
    { cursor: '1' },
    { cursor: "' OR 1=1" },
    { limit: '0' },
    { limit: '-1' },
    { limit: String(PAGE_MAX + 1) },
    { limit: '1.5' },
    { limit: 'all' },
    { limit: '' },
    { limit: ['5', '6'] },
  ])('refuses %j', (plain) => {
    expect(faultsOf(plain)).toEqual(Object.keys(plain));
  });

  it.each(['1', '-200000-01-01T00:00:00Z'])('refuses a time like %j, which RFC 3339 does not know', (receivedFrom) => {
    expect(faultsOf({ receivedFrom })).toEqual(['receivedFrom']);
  });
});

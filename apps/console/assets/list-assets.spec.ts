import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';

import { AssetListQuery } from '#contracts/asset-list.js';
import { DatabaseLate } from '#persistence/errors.js';

import { ListAssets } from './list-assets.js';

const page = () => Promise.resolve({ rows: [], next: undefined });

describe('a list of assets', () => {
  it('is there without its number where counting takes too long', async () => {
    const count = () => Promise.reject(new DatabaseLate('it took too long'));
    expect(await new ListAssets({ page, count }, () => 0).list(new AssetListQuery())).toMatchObject({
      items: [],
      count: null,
    });
  });

  it('is not there where counting is wrong', async () => {
    const count = () => Promise.reject(new Error('a defect'));
    await expect(new ListAssets({ page, count }, () => 0).list(new AssetListQuery())).rejects.toThrow('a defect');
  });
});

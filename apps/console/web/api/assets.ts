import type { AssetDetailAnswer, AssetListPage } from '#contracts/asset-list-answer.js';
import type { AssetListQuery } from '#contracts/asset-list.js';

import { queryOf, request } from './request.js';

/** What a list of assets is of and narrowed to, as it stands in the address. Times are RFC 3339. */
export interface AssetFilter extends Readonly<Partial<Omit<AssetListQuery, 'since' | 'until' | 'cursor' | 'limit'>>> {
  readonly since?: string;
  readonly until?: string;
}

const PAGE = 100;

/** One page of assets. */
export const readAssets = (
  { late, ...filter }: AssetFilter,
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<AssetListPage> =>
  request('GET', `/assets${queryOf({ ...filter, late: late?.toString(), cursor, limit: PAGE })}`, undefined, signal);

/** One asset with everything that was decided about it. */
export const readAsset = (id: string, signal: AbortSignal): Promise<AssetDetailAnswer> =>
  request('GET', `/assets/${id}`, undefined, signal);

import type { Provider } from '@nestjs/common';

import { AssetDetailStore } from '#persistence/asset-list-detail.js';
import { AssetListStore } from '#persistence/asset-list-store.js';
import type { openDatabase } from '#persistence/database.js';

import { ListAssets } from './list-assets.js';
import { ReadAsset } from './read-asset.js';

/** What the routes of assets need. */
export const assetProviders = (database: Awaited<ReturnType<typeof openDatabase>>, nowMs: () => number): Provider[] => [
  { provide: ListAssets, useValue: new ListAssets(new AssetListStore(database), nowMs) },
  { provide: ReadAsset, useValue: new ReadAsset(new AssetDetailStore(database)) },
];

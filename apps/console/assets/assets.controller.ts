import { Controller, Get, Param, Query } from '@nestjs/common';

import type { AssetDetailAnswer, AssetListPage } from '#contracts/asset-list-answer.js';
import { AssetListQuery } from '#contracts/asset-list.js';
import { Access } from '#service/api-key.guard.js';
import { idFrom } from '#service/id-from.js';

import { ListAssets } from './list-assets.js';
import { ReadAsset } from './read-asset.js';

@Controller('api/assets')
@Access({ roles: ['moderator', 'admin'] })
export class AssetsController {
  constructor(
    private readonly listAssets: ListAssets,
    private readonly readAsset: ReadAsset,
  ) {}

  /** Assets of all clients by what happened to them, the newest first; `next` leads to the page after. */
  @Get()
  list(@Query() query: AssetListQuery): Promise<AssetListPage> {
    return this.listAssets.list(query);
  }

  /** An asset with every decision, the scores behind them, and its case where it has one. */
  @Get(':id')
  read(@Param('id') id: string): Promise<AssetDetailAnswer> {
    return this.readAsset.read(idFrom(id));
  }
}

import { Body, Controller, Get, HttpCode, HttpStatus, Param, Post, Req } from '@nestjs/common';

import type { Principal } from '#contracts/access.js';
import type { ErasuresAnswer, TombstoneAnswer } from '#contracts/erasure-answer.js';
import { ErasuresBody } from '#contracts/erasure-body.js';
import { Access, Caller } from '#service/api-key.guard.js';
import { idFrom } from '#service/id-from.js';

import { NoAct } from '../audit/act.js';
import { actorOf } from '../audit/actor-of.js';
import type { WebRequest } from '../sign-in/web-request.js';
import { EraseAssets } from './erase-assets.js';

@Controller('api/erasures')
@Access({ roles: ['admin'] })
export class ErasuresController {
  constructor(private readonly eraseAssets: EraseAssets) {}

  /** Erases assets for good, of whatever client, and whatever is being done with them. */
  @Post()
  @HttpCode(HttpStatus.OK)
  @NoAct('writes itself down')
  erase(
    @Caller() caller: Principal,
    @Body() { assetIds }: ErasuresBody,
    @Req() { id }: WebRequest,
  ): Promise<ErasuresAnswer> {
    return this.eraseAssets.erase(assetIds, actorOf(caller, id));
  }

  /** When an asset was erased, by whom and why. */
  @Get(':assetId')
  read(@Param('assetId') assetId: string): Promise<TombstoneAnswer> {
    return this.eraseAssets.find(idFrom(assetId));
  }
}

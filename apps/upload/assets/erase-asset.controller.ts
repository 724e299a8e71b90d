import { Controller, Delete, HttpCode, HttpStatus, Param } from '@nestjs/common';

import type { Principal } from '#contracts/access.js';
import { Access, Caller } from '#service/api-key.guard.js';
import { clientOf } from '#service/client-of.js';
import { idFrom } from '#service/id-from.js';

import { InTurn } from '../limits/in-turn.interceptor.js';
import { EraseAsset } from './erase-asset.js';

@Controller('v1/assets')
export class EraseAssetController {
  constructor(private readonly eraseAsset: EraseAsset) {}

  /** Erases an asset for good, whatever is being done with it. Who may hand in may take back. */
  @Delete(':id')
  @HttpCode(HttpStatus.NO_CONTENT)
  @InTurn()
  @Access({ roles: ['client'], scope: 'upload' })
  erase(@Caller() caller: Principal, @Param('id') id: string): Promise<void> {
    return this.eraseAsset.erase(clientOf(caller), idFrom(id), caller.holder);
  }
}

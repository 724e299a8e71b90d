import { Body, Controller, Get, HttpCode, HttpStatus, Param, Post, Query } from '@nestjs/common';

import type { KeyAnswer, KeyPage, NewKeyAnswer, RotatedKeyAnswer } from '#contracts/client-answer.js';
import { KeyBody, KeyQuery, RotateBody } from '#contracts/key-body.js';
import { Access } from '#service/api-key.guard.js';
import { idFrom } from '#service/id-from.js';

import { Act } from '../audit/act.js';
import { CreateKey } from './create-key.js';
import { ReadKeys } from './read-keys.js';
import { RevokeKey } from './revoke-key.js';
import { RotateKey } from './rotate-key.js';

@Controller('api/keys')
@Access({ roles: ['admin'] })
export class KeysController {
  constructor(
    private readonly keys: ReadKeys,
    private readonly createKey: CreateKey,
    private readonly rotateKey: RotateKey,
    private readonly revokeKey: RevokeKey,
  ) {}

  /** Newest first, those that do not work any more among them; `next` leads to the page after. */
  @Get()
  list(@Query() query: KeyQuery): Promise<KeyPage> {
    return this.keys.list(query);
  }

  /** Makes a key. The answer is the one time that its secret is shown. */
  @Post()
  @Act({ act: 'key.create', subject: 'key', made: ['key', 'id'] })
  create(@Body() body: KeyBody): Promise<NewKeyAnswer> {
    return this.createKey.create(body);
  }

  /** Makes another key in place of this one, which goes on for a while. The new secret is shown this once. */
  @Post(':id/rotate')
  @Act({ act: 'key.rotate', subject: 'key' })
  rotate(@Param('id') id: string, @Body() body: RotateBody): Promise<RotatedKeyAnswer> {
    return this.rotateKey.rotate(idFrom(id), body);
  }

  /** Ends a key for good; every service has heard of it after five seconds. */
  @Post(':id/revoke')
  @HttpCode(HttpStatus.OK)
  @Act({ act: 'key.revoke', subject: 'key' })
  revoke(@Param('id') id: string): Promise<KeyAnswer> {
    return this.revokeKey.revoke(idFrom(id));
  }
}

import { Body, Controller, Get, HttpCode, HttpStatus, Param, Patch, Post } from '@nestjs/common';

import type { Principal } from '#contracts/access.js';
import type { BankAnswer, BankList, LookupAnswer } from '#contracts/bank-answer.js';
import { BankBody, BankChangeBody } from '#contracts/bank-body.js';
import { PictureHashes } from '#contracts/bank-hashes.js';
import { BankStore } from '#persistence/bank-store.js';
import { Access, Caller } from '#service/api-key.guard.js';
import { idFrom } from '#service/id-from.js';

import { Act, NoAct } from '../audit/act.js';
import { ChangeBank } from './change-bank.js';
import { CreateBank } from './create-bank.js';
import { LookUp } from './look-up.js';
import { presentBank } from './present-bank.js';

@Controller('api/banks')
export class BanksController {
  constructor(
    private readonly banks: BankStore,
    private readonly createBank: CreateBank,
    private readonly changeBank: ChangeBank,
    private readonly lookUp: LookUp,
  ) {}

  /** All of them, by name. */
  @Get()
  @Access({ roles: ['moderator', 'admin'] })
  async list(): Promise<BankList> {
    const banks = await this.banks.list();
    return { items: banks.map(({ bank, entries }) => ({ ...presentBank(bank), entries })) };
  }

  /** Makes an empty bank. */
  @Post()
  @Access({ roles: ['admin'] })
  @Act({ act: 'bank.create', subject: 'bank', made: ['id'] })
  async create(@Caller() caller: Principal, @Body() body: BankBody): Promise<BankAnswer> {
    return presentBank(await this.createBank.create(body, caller.holder));
  }

  /** Disables it for a while, or changes what counts as a likeness; the services notice within a second or two. */
  @Patch(':id')
  @Access({ roles: ['admin'] })
  @Act({ act: 'bank.change', subject: 'bank' })
  async change(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Body() body: BankChangeBody,
  ): Promise<BankAnswer> {
    return presentBank(await this.changeBank.change(idFrom(id), body, caller.holder));
  }

  /** What this bank says of a picture. */
  @Post(':id/lookup')
  @HttpCode(HttpStatus.OK)
  @Access({ roles: ['moderator', 'admin'] })
  @NoAct('reads only')
  async ask(@Param('id') id: string, @Body() body: PictureHashes): Promise<LookupAnswer> {
    return { hit: (await this.lookUp.lookUp(idFrom(id), body)) ?? null };
  }
}

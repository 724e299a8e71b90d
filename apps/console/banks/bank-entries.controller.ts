import { Body, Controller, Delete, Get, HttpCode, HttpStatus, Param, Post, Query } from '@nestjs/common';

import type { Principal } from '#contracts/access.js';
import type { AddedAnswer, BankEntryAnswer, BankEntryPage, ImportAnswer } from '#contracts/bank-answer.js';
import { DisableBody } from '#contracts/bank-body.js';
import { BankEntriesBody } from '#contracts/bank-hashes.js';
import { BankEntryQuery, ImportQuery } from '#contracts/bank-query.js';
import { Problem } from '#contracts/problems.js';
import { BankEntryStore } from '#persistence/bank-entry-store.js';
import { Access, Caller } from '#service/api-key.guard.js';
import { idFrom } from '#service/id-from.js';

import { Act } from '../audit/act.js';
import { AddEntries } from './add-entries.js';
import { entryIdFrom, noEntry } from './entry-id-from.js';
import { ListEntries } from './list-entries.js';
import { presentEntry } from './present-bank.js';

@Controller('api/banks/:id')
export class BankEntriesController {
  constructor(
    private readonly entries: BankEntryStore,
    private readonly listEntries: ListEntries,
    private readonly addEntries: AddEntries,
  ) {}

  /** Newest first; `next` leads to the page after. */
  @Get('entries')
  @Access({ roles: ['moderator', 'admin'] })
  list(@Param('id') id: string, @Query() query: BankEntryQuery): Promise<BankEntryPage> {
    return this.listEntries.list(idFrom(id), query);
  }

  /** Adds what the bank does not know yet: all of it, or nothing where a field is wrong. */
  @Post('entries')
  @HttpCode(HttpStatus.OK)
  @Access({ roles: ['admin'] })
  @Act({ act: 'bank.add', subject: 'bank', came: ['added', 'known'] })
  add(@Caller() caller: Principal, @Param('id') id: string, @Body() body: BankEntriesBody): Promise<AddedAnswer> {
    return this.addEntries.add(idFrom(id), body.entries, caller.holder);
  }

  /** Adds the hashes of a text file, one a line, and names the lines that are none. */
  @Post('import')
  @HttpCode(HttpStatus.OK)
  @Access({ roles: ['admin'] })
  @Act({ act: 'bank.import', subject: 'bank', came: ['added', 'known', 'faultCount'] })
  import(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Query() { note }: ImportQuery,
    @Body() text: unknown,
  ): Promise<ImportAnswer> {
    if (typeof text !== 'string') {
      throw new Problem('unsupported-media', 'Send the list as text/plain, one hash a line.');
    }
    return this.addEntries.import(idFrom(id), text, note ?? null, caller.holder);
  }

  /** Takes an entry out for good. Decisions that rest on it stay. */
  @Delete('entries/:entryId')
  @HttpCode(HttpStatus.NO_CONTENT)
  @Access({ roles: ['admin'] })
  @Act({ act: 'bank_entry.remove', subject: 'bank_entry', param: 'entryId' })
  async remove(@Caller() caller: Principal, @Param('id') id: string, @Param('entryId') entryId: string): Promise<void> {
    if (!(await this.entries.remove(idFrom(id), entryIdFrom(entryId), caller.holder))) throw noEntry();
  }

  /** Takes an entry out until a time, or puts it back in. */
  @Post('entries/:entryId/disable')
  @HttpCode(HttpStatus.OK)
  @Access({ roles: ['admin'] })
  @Act({ act: 'bank_entry.disable', subject: 'bank_entry', param: 'entryId' })
  async disable(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Param('entryId') entryId: string,
    @Body() { until }: DisableBody,
  ): Promise<BankEntryAnswer> {
    const entry = await this.entries.disable(idFrom(id), entryIdFrom(entryId), until, caller.holder);
    if (entry === undefined) throw noEntry();
    return presentEntry(entry);
  }
}

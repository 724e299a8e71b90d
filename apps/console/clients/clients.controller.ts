import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';

import type { ClientAnswer, ClientDetailAnswer, ClientPage } from '#contracts/client-answer.js';
import { ClientBody, ClientChangeBody, ClientQuery } from '#contracts/client-body.js';
import { Access } from '#service/api-key.guard.js';
import { idFrom } from '#service/id-from.js';

import { Act } from '../audit/act.js';
import { ChangeClient } from './change-client.js';
import { CreateClient } from './create-client.js';
import { ReadClients } from './read-clients.js';

@Controller('api/clients')
@Access({ roles: ['admin'] })
export class ClientsController {
  constructor(
    private readonly clients: ReadClients,
    private readonly createClient: CreateClient,
    private readonly changeClient: ChangeClient,
  ) {}

  /** Newest first; `next` leads to the page after. */
  @Get()
  list(@Query() query: ClientQuery): Promise<ClientPage> {
    return this.clients.list(query);
  }

  /** With how much it has sent today. */
  @Get(':id')
  read(@Param('id') id: string): Promise<ClientDetailAnswer> {
    return this.clients.read(idFrom(id));
  }

  /** Makes a client, which has no key yet. */
  @Post()
  @Act({ act: 'client.create', subject: 'client', made: ['id'] })
  create(@Body() body: ClientBody): Promise<ClientAnswer> {
    return this.createClient.create(body);
  }

  /** Changes how much it may send, which the upload services follow within five seconds, and how long it is kept. */
  @Patch(':id')
  @Act({ act: 'client.change', subject: 'client' })
  change(@Param('id') id: string, @Body() body: ClientChangeBody): Promise<ClientAnswer> {
    return this.changeClient.change(idFrom(id), body);
  }
}

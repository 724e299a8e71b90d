import { Controller, Get, Query } from '@nestjs/common';

import type { ClientNames } from '#contracts/client-answer.js';
import { ClientNameQuery } from '#contracts/client-body.js';
import { Access } from '#service/api-key.guard.js';

import { ReadClients } from './read-clients.js';

/** What those need to know of clients who choose one, such as whose past assets to look at. */
@Controller('api/client-names')
export class ClientNamesController {
  constructor(private readonly clients: ReadClients) {}

  /** In the order of the names; `next` leads to the page after. */
  @Get()
  @Access({ roles: ['senior', 'admin'] })
  list(@Query() query: ClientNameQuery): Promise<ClientNames> {
    return this.clients.names(query);
  }
}

import { Controller, Delete, Get, HttpCode, HttpStatus, Param, Patch, Post, Query, Req } from '@nestjs/common';

import type { Principal } from '#contracts/access.js';
import type { EndpointAnswer, EndpointList, NewEndpointAnswer } from '#contracts/webhook-answer.js';
import { EndpointBody, EndpointChangeBody, RotateQuery } from '#contracts/webhook-body.js';
import { Access, Caller } from '#service/api-key.guard.js';
import { clientOf } from '#service/client-of.js';
import { idFrom } from '#service/id-from.js';

import { InTurn } from '../limits/in-turn.interceptor.js';
import { readDto } from './read-dto.js';
import { KeepEndpoints } from './keep-endpoints.js';

/** Bodies come as streams: nothing of them is read before it is known who sends them. */
interface Incoming {
  readonly body: unknown;
}

/** Who may hand in decides where the events go; who may read sees where. */
@Controller('v1/webhooks')
@InTurn()
@Access({ roles: ['client'], scope: 'read' })
export class WebhooksController {
  constructor(private readonly endpoints: KeepEndpoints) {}

  /** Makes an endpoint. The secret of its signatures is in this answer and in none after it. */
  @Post()
  @Access({ roles: ['client'], scope: 'upload' })
  async create(@Caller() caller: Principal, @Req() { body }: Incoming): Promise<NewEndpointAnswer> {
    return this.endpoints.create(clientOf(caller), await readDto(EndpointBody, body));
  }

  /** All endpoints, the oldest first. */
  @Get()
  async list(@Caller() caller: Principal): Promise<EndpointList> {
    return { items: await this.endpoints.list(clientOf(caller)) };
  }

  /** One of them. */
  @Get(':id')
  read(@Caller() caller: Principal, @Param('id') id: string): Promise<EndpointAnswer> {
    return this.endpoints.read(clientOf(caller), idFrom(id));
  }

  /** Another address, other types, disabled, or enabled again. */
  @Patch(':id')
  @Access({ roles: ['client'], scope: 'upload' })
  async change(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Req() { body }: Incoming,
  ): Promise<EndpointAnswer> {
    return this.endpoints.change(clientOf(caller), idFrom(id), await readDto(EndpointChangeBody, body));
  }

  /** Removes it with its deliveries. */
  @Delete(':id')
  @HttpCode(HttpStatus.NO_CONTENT)
  @Access({ roles: ['client'], scope: 'upload' })
  remove(@Caller() caller: Principal, @Param('id') id: string): Promise<void> {
    return this.endpoints.remove(clientOf(caller), idFrom(id));
  }

  /** A new secret; for a day requests are signed with both, and there is no third unless that is forced. */
  @Post(':id/rotate')
  @HttpCode(HttpStatus.OK)
  @Access({ roles: ['client'], scope: 'upload' })
  rotate(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Query() { force }: RotateQuery,
  ): Promise<NewEndpointAnswer> {
    return this.endpoints.rotate(clientOf(caller), idFrom(id), force);
  }
}

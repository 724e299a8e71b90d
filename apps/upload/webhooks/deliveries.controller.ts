import { Controller, Get, HttpCode, HttpStatus, Param, Post, Query } from '@nestjs/common';

import type { Principal } from '#contracts/access.js';
import type { DeliveryPage, EventSent } from '#contracts/webhook-answer.js';
import { DeliveryQuery } from '#contracts/webhook-query.js';
import { Access, Caller } from '#service/api-key.guard.js';
import { clientOf } from '#service/client-of.js';
import { idFrom } from '#service/id-from.js';

import { InTurn } from '../limits/in-turn.interceptor.js';
import { ReadDeliveries } from './read-deliveries.js';

@Controller('v1/webhooks/:id')
@InTurn()
@Access({ roles: ['client'], scope: 'read' })
export class DeliveriesController {
  constructor(private readonly deliveries: ReadDeliveries) {}

  /** What was sent, and what came of it: the newest event first; `next` leads to the page after. */
  @Get('deliveries')
  list(@Caller() caller: Principal, @Param('id') id: string, @Query() query: DeliveryQuery): Promise<DeliveryPage> {
    return this.deliveries.list(clientOf(caller), idFrom(id), query);
  }

  /** Sends an event again, under its id. */
  @Post('deliveries/:eventId/replay')
  @HttpCode(HttpStatus.ACCEPTED)
  @Access({ roles: ['client'], scope: 'upload' })
  async replay(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Param('eventId') eventId: string,
  ): Promise<EventSent> {
    await this.deliveries.replay(clientOf(caller), idFrom(id), idFrom(eventId));
    return { eventId: idFrom(eventId) };
  }

  /** Sends an event about nothing. What comes of it is among the deliveries. */
  @Post('test')
  @HttpCode(HttpStatus.ACCEPTED)
  @Access({ roles: ['client'], scope: 'upload' })
  test(@Caller() caller: Principal, @Param('id') id: string): Promise<EventSent> {
    return this.deliveries.test(clientOf(caller), idFrom(id));
  }
}

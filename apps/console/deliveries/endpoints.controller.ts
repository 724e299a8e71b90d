import { Body, Controller, Get, HttpCode, HttpStatus, Param, Post, Query } from '@nestjs/common';

import { EndpointListQuery, ReplayEventBody } from '#contracts/delivery-list.js';
import type {
  EndpointHealthAnswer,
  EndpointHealthPage,
  ListedDeliveryAnswer,
} from '#contracts/delivery-list-answer.js';
import { Access } from '#service/api-key.guard.js';
import { idFrom } from '#service/id-from.js';

import { Act } from '../audit/act.js';
import { ActOnDeliveries } from './act-on-deliveries.js';
import { ListDeliveries } from './list-deliveries.js';

@Controller('api/endpoints')
export class EndpointsController {
  constructor(
    private readonly deliveries: ListDeliveries,
    private readonly acts: ActOnDeliveries,
  ) {}

  /** The endpoints of all clients with how they do, the newest first; `next` leads to the page after. */
  @Get()
  @Access({ roles: ['moderator', 'admin'] })
  list(@Query() query: EndpointListQuery): Promise<EndpointHealthPage> {
    return this.deliveries.endpoints(query);
  }

  /** Enables one that was disabled, but not by its client: what waited is sent. */
  @Post(':id/enable')
  @HttpCode(HttpStatus.OK)
  @Access({ roles: ['senior', 'admin'] })
  @Act({ act: 'webhook.enable', subject: 'webhook' })
  enable(@Param('id') id: string): Promise<EndpointHealthAnswer> {
    return this.acts.enable(idFrom(id));
  }

  /** Sends an event again that was given up on, under its id; its tries count anew. */
  @Post(':id/replay')
  @HttpCode(HttpStatus.OK)
  @Access({ roles: ['senior', 'admin'] })
  @Act({ act: 'webhook.replay', subject: 'webhook', asked: ['eventId'] })
  replay(@Param('id') id: string, @Body() { eventId }: ReplayEventBody): Promise<ListedDeliveryAnswer> {
    return this.acts.sendAgain(idFrom(id), eventId);
  }
}

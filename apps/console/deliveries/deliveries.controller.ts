import { Controller, Get, Query } from '@nestjs/common';

import { DeliveryListQuery } from '#contracts/delivery-list.js';
import type { DeliveryListPage } from '#contracts/delivery-list-answer.js';
import { Access } from '#service/api-key.guard.js';

import { ListDeliveries } from './list-deliveries.js';

@Controller('api/deliveries')
export class DeliveriesController {
  constructor(private readonly deliveries: ListDeliveries) {}

  /** What waits for clients' endpoints, was given up on, or was delivered; `next` leads to the page after. */
  @Get()
  @Access({ roles: ['moderator', 'admin'] })
  list(@Query() query: DeliveryListQuery): Promise<DeliveryListPage> {
    return this.deliveries.list(query);
  }
}

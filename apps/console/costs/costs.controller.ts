import { Controller, Get, Query } from '@nestjs/common';

import type { CostAnswer } from '#contracts/cost-answer.js';
import { CostQuery } from '#contracts/cost-query.js';
import { Access } from '#service/api-key.guard.js';

import { ReadCosts } from './read-costs.js';

@Controller('api/costs')
export class CostsController {
  constructor(private readonly readCosts: ReadCosts) {}

  /** What each tier and model version took and cost. */
  @Get()
  @Access({ roles: ['admin'] })
  read(@Query() query: CostQuery): Promise<CostAnswer> {
    return this.readCosts.read(query);
  }
}

import { Controller, Get, Query, Res } from '@nestjs/common';

import type { Principal } from '#contracts/access.js';
import type { OverviewAnswer } from '#contracts/overview-answer.js';
import { OverviewQuery } from '#contracts/overview-query.js';
import { Access, Caller } from '#service/api-key.guard.js';

import { holdStream, type RawReply } from '../live/hold-stream.js';
import { LiveOverview } from './live-overview.js';

@Controller('api/overview')
export class OverviewController {
  constructor(private readonly overview: LiveOverview) {}

  /** How the installation does: traffic, tiers, reconciliation, people's work, deliveries. No money. */
  @Get()
  @Access({ roles: ['moderator', 'admin'] })
  read(@Query() { window }: OverviewQuery): Promise<OverviewAnswer> {
    return this.overview.read(window);
  }

  /** The same as server-sent events `overview`: at once, and as time goes on. */
  @Get('live')
  @Access({ roles: ['moderator', 'admin'] })
  follow(@Caller() caller: Principal, @Query() { window }: OverviewQuery, @Res() reply: RawReply): void {
    holdStream(this.overview.feed(window), caller, reply);
  }
}

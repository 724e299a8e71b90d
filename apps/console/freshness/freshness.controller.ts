import { Controller, Get } from '@nestjs/common';

import type { FreshnessAnswer } from '#contracts/freshness-answer.js';
import { FreshnessStore } from '#persistence/freshness-store.js';
import { Access } from '#service/api-key.guard.js';

@Controller('api/freshness')
export class FreshnessController {
  constructor(private readonly freshness: FreshnessStore) {}

  /** How old assets were at their finals in the last hour, and what waits now. */
  @Get()
  @Access({ roles: ['moderator', 'admin'] })
  report(): Promise<FreshnessAnswer> {
    return this.freshness.report();
  }
}

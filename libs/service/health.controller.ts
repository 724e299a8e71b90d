import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';

import type { LiveAnswer, ReadyAnswer } from '#contracts/health-answer.js';
import type { Metrics } from '#telemetry/metrics.js';

import { Open } from './api-key.guard.js';
import { inTime, ReadyCheck, type ReadyParts } from './ready-check.js';

/** What a service needs to do its work, and what it counts. */
export interface Readiness {
  readonly parts: ReadyParts;
  readonly metrics: Metrics;
  /** Refreshes gauges that are read rather than counted. */
  readonly beforeScrape?: () => Promise<void>;
}

export const READINESS = Symbol('readiness');

@Controller()
@Open()
export class HealthController {
  private readonly check: ReadyCheck;
  private refreshing: Promise<void> | undefined;

  constructor(@Inject(READINESS) private readonly readiness: Readiness) {
    this.check = new ReadyCheck(readiness.parts);
  }

  /** The process runs. */
  @Get('health/live')
  live(): LiveAnswer {
    return { status: 'live' };
  }

  /** 200 when everything is there; 503 with what is missing otherwise. */
  @Get('health/ready')
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<ReadyAnswer> {
    const missing = await this.check.missing();
    const ready = Object.keys(missing).length === 0;
    void reply.status(ready ? 200 : 503);
    return { status: ready ? 'ready' : 'not ready', missing };
  }

  /** Prometheus' text format. */
  @Get('metrics')
  async metrics(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    await inTime(this.refresh()).catch(() => undefined);
    void reply.header('content-type', this.readiness.metrics.registry.contentType);
    return this.readiness.metrics.registry.metrics();
  }

  /** Anybody may scrape: what asks the database does so once for all who ask meanwhile. */
  private refresh(): Promise<void> | undefined {
    this.refreshing ??= this.readiness.beforeScrape?.().finally(() => (this.refreshing = undefined));
    return this.refreshing;
  }
}

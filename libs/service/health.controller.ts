import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';

import type { Metrics } from '#telemetry/metrics.js';

import { Open } from './api-key.guard.js';

/** What a service needs to do its work: each part answers undefined when it is there, or says what is missing. */
export interface Readiness {
  readonly parts: Readonly<Record<string, () => Promise<string | undefined>>>;
  readonly metrics: Metrics;
  /** Refreshes gauges that are read rather than counted. */
  readonly beforeScrape?: () => Promise<void>;
}

export const READINESS = Symbol('readiness');

/** Those who ask wait for seconds only; a part that is away may say nothing at all. */
const PART_MS_MAX = 2_000;

@Controller()
@Open()
export class HealthController {
  constructor(@Inject(READINESS) private readonly readiness: Readiness) {}

  /** The process runs. */
  @Get('health/live')
  live(): { status: 'live' } {
    return { status: 'live' };
  }

  /** 200 when everything is there; 503 with what is missing otherwise. */
  @Get('health/ready')
  async ready(
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ status: string; missing: Record<string, string> }> {
    const checks = Object.entries(this.readiness.parts).map(async ([part, check]) => {
      const missing = await inTime(check()).catch(() => 'does not answer');
      return missing === undefined ? [] : [[part, missing] as const];
    });
    const missing = Object.fromEntries((await Promise.all(checks)).flat());
    const ready = Object.keys(missing).length === 0;
    void reply.status(ready ? 200 : 503);
    return { status: ready ? 'ready' : 'not ready', missing };
  }

  /** Prometheus' text format. */
  @Get('metrics')
  async metrics(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    await inTime(this.readiness.beforeScrape?.()).catch(() => undefined);
    void reply.header('content-type', this.readiness.metrics.registry.contentType);
    return this.readiness.metrics.registry.metrics();
  }
}

/** @throws Error when it takes longer than a part may */
function inTime<T>(answer: Promise<T> | undefined): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${PART_MS_MAX} ms`)), PART_MS_MAX);
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}

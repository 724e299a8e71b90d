import { Controller, Get, Headers, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';

import type { Principal } from '#contracts/access.js';
import { EventQuery } from '#contracts/event-query.js';
import { Problem } from '#contracts/problems.js';
import { Access, Caller } from '#service/api-key.guard.js';
import { clientOf } from '#service/client-of.js';

import { EventStreams } from './event-streams.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  // proxies hand on what they have at once
  'x-accel-buffering': 'no',
};

@Controller('v1/events')
export class EventsController {
  constructor(private readonly streams: EventStreams) {}

  /** What happens to the client's assets, as server-sent events, from the event in `Last-Event-ID` or from now on. */
  @Get()
  @Access({ roles: ['client'], scope: 'read' })
  async read(
    @Caller() caller: Principal,
    @Query() { types }: EventQuery,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (lastEventId !== undefined && !UUID.test(lastEventId)) {
      throw new Problem('invalid-request', 'Last-Event-ID must be the id of an event.');
    }
    if (reply.request.method === 'HEAD') {
      // every GET answers HEAD, too: nothing is held open for it
      void reply.headers(HEADERS).send('');
      return;
    }
    const reader = { clientId: clientOf(caller), keyId: caller.keyId, types };
    const { release, ...beginning } = await this.streams.admit(reader, lastEventId);
    try {
      if (reply.raw.destroyed) return;
      reply.hijack();
      reply.raw.socket?.setNoDelay(true);
      reply.raw.socket?.setKeepAlive(true);
      reply.raw.writeHead(200, HEADERS);
      this.streams.hold(reader, reply.raw, beginning);
    } finally {
      release();
    }
  }
}

import type { ServerResponse } from 'node:http';

import { Controller, Get, Res } from '@nestjs/common';

import type { Principal } from '#contracts/access.js';
import { Access, Caller } from '#service/api-key.guard.js';

import { LiveQueue } from './live-queue.js';

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  // proxies hand on what they have at once
  'x-accel-buffering': 'no',
};

/** An answer that is written by hand from some moment on. */
interface RawReply {
  readonly raw: ServerResponse;
  readonly request: { readonly method: string };
  headers(values: Readonly<Record<string, string>>): RawReply;
  send(text: string): unknown;
  hijack(): unknown;
}

@Controller('api/live')
export class LiveController {
  constructor(private readonly queue: LiveQueue) {}

  /** How the moderators' queue stands, as server-sent events `queue`: at once, and whenever that changes. */
  @Get()
  @Access({ roles: ['moderator', 'admin'] })
  read(@Caller() caller: Principal, @Res() reply: RawReply): void {
    const { keyId: id, role, holder } = caller;
    this.queue.admit(holder);
    if (reply.request.method === 'HEAD') {
      // every GET answers HEAD, too: nothing is held open for it
      void reply.headers(HEADERS).send('');
      return;
    }
    if (reply.raw.destroyed) return;
    reply.hijack();
    reply.raw.socket?.setNoDelay(true);
    reply.raw.socket?.setKeepAlive(true);
    reply.raw.writeHead(200, HEADERS);
    this.queue.hold({ id, role, holder }, reply.raw);
  }
}

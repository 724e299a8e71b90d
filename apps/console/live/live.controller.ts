import { Controller, Get, Res } from '@nestjs/common';

import type { Principal } from '#contracts/access.js';
import { Access, Caller } from '#service/api-key.guard.js';

import { holdStream, type RawReply } from './hold-stream.js';
import { LiveQueue } from './live-queue.js';

@Controller('api/live')
export class LiveController {
  constructor(private readonly queue: LiveQueue) {}

  /** How the moderators' queue stands, as server-sent events `queue`: at once, and whenever that changes. */
  @Get()
  @Access({ roles: ['moderator', 'admin'] })
  read(@Caller() caller: Principal, @Res() reply: RawReply): void {
    holdStream(this.queue, caller, reply);
  }
}

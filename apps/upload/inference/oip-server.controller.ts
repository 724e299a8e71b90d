import { Controller, Get, Inject, Res } from '@nestjs/common';

import { OIP_EXTENSIONS, type OipServerLive, type OipServerMetadata, type OipServerReady } from '#contracts/oip.js';
import { Open } from '#service/api-key.guard.js';

import { OIP_BACKEND, type OipBackend } from './oip-backend.js';
import type { Reply } from './oip-http.js';

/** Of the protocol's server that this is, not of the product. */
const SERVER = { name: 'portcullis', version: '2' };

/** Who answers, and whether it can: open, as probes have no key. */
@Controller('v2')
@Open()
export class OipServerController {
  constructor(@Inject(OIP_BACKEND) private readonly backend: OipBackend) {}

  /** Who answers. */
  @Get()
  server(): OipServerMetadata {
    return { ...SERVER, extensions: OIP_EXTENSIONS };
  }

  /** The process runs. */
  @Get('health/live')
  live(): OipServerLive {
    return { live: true };
  }

  /** Whether its model is ready: 503 when it is not. */
  @Get('health/ready')
  ready(@Res({ passthrough: true }) reply: Reply): OipServerReady {
    const ready = this.backend.ready();
    reply.status(ready ? 200 : 503);
    return { live: true, ready };
  }
}

import { Controller, Get, Inject, Param, Res } from '@nestjs/common';

import type { OipModelMetadata, OipModelReady } from '#contracts/oip.js';
import { oipMetadata } from '#inference/oip/oip-model.js';
import { Access, Open } from '#service/api-key.guard.js';

import { OIP_BACKEND, type OipBackend } from './oip-backend.js';
import type { Reply } from './oip-http.js';
import { servedModel } from './served-model.js';

/** What the fast model takes and gives, in the words of the Open Inference Protocol. */
@Controller(['v2/models/:name', 'v2/models/:name/versions/:version'])
export class OipModelController {
  constructor(@Inject(OIP_BACKEND) private readonly backend: OipBackend) {}

  /** What the model takes and gives. */
  @Get()
  @Access({ roles: ['client'], scope: 'scores' })
  metadata(@Param('name') name: string, @Param('version') version?: string): OipModelMetadata {
    return oipMetadata(servedModel(this.backend, name, version));
  }

  /** Whether the model is ready: 503 when it is not. */
  @Get('ready')
  @Open()
  ready(
    @Res({ passthrough: true }) reply: Reply,
    @Param('name') name: string,
    @Param('version') version?: string,
  ): OipModelReady {
    servedModel(this.backend, name, version);
    const ready = this.backend.ready();
    reply.status(ready ? 200 : 503);
    return { name, ready };
  }
}

import { Controller, Get, Inject, Param, Query, Res, StreamableFile } from '@nestjs/common';

import type { Principal } from '#contracts/access.js';
import { RenditionQuery } from '#contracts/rendition-query.js';
import { Access, Caller } from '#service/api-key.guard.js';
import { idFrom } from '#service/id-from.js';

import type { WebReply } from '../sign-in/web-request.js';
import { ReadRendition } from './read-rendition.js';

/**
 * A picture of strangers: nothing in it runs, loads or is kept by anybody but the browser that asked, not for long, and for
 * no other session than the one that asked.
 */
const HEADERS = {
  'cache-control': 'private, max-age=300',
  vary: 'cookie, authorization',
  'content-security-policy': "default-src 'none'; sandbox",
  'content-disposition': 'inline; filename="rendition.webp"',
} as const;

@Controller('api/assets')
export class RenditionsController {
  constructor(@Inject(ReadRendition) private readonly renditions: Pick<ReadRendition, 'read'>) {}

  /** A picture of the asset, encoded anew: never the bytes that came, and nothing of their metadata. */
  @Get(':id/rendition')
  @Access({ roles: ['moderator', 'admin'] })
  async read(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Query() query: RenditionQuery,
    @Res({ passthrough: true }) reply: WebReply,
  ): Promise<StreamableFile> {
    const { webp, width, height, frames } = await this.renditions.read(idFrom(id), query, caller.holder);
    for (const [name, value] of Object.entries(HEADERS)) reply.header(name, value);
    reply.header('x-portcullis-frames', String(frames));
    reply.header('x-portcullis-size', `${width}x${height}`);
    return new StreamableFile(webp, { type: 'image/webp', length: webp.length });
  }
}

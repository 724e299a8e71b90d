import { Controller, Get, HttpStatus, Inject, Param, Query, Req, Res } from '@nestjs/common';

import type { Principal } from '#contracts/access.js';
import { RenditionQuery } from '#contracts/rendition-query.js';
import { Access, Caller } from '#service/api-key.guard.js';
import { idFrom } from '#service/id-from.js';

import { hasAlready, type SentReply, type WebRequest } from '../sign-in/web-request.js';
import { ReadRendition } from './read-rendition.js';

/**
 * A picture of strangers: nothing in it runs, or loads. A browser may keep it, for nobody but the session that asked, and
 * asks each time whether it may still be shown: what is erased, or whoever may not look any more, is told so.
 */
const HEADERS = {
  'cache-control': 'private, no-cache',
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
    @Req() request: Pick<WebRequest, 'headers'>,
    @Res() reply: SentReply,
  ): Promise<void> {
    const has = (etag: string): boolean => hasAlready(request, etag);
    const found = await this.renditions.read(idFrom(id), query, caller.holder, has);
    for (const [name, value] of Object.entries({ ...HEADERS, etag: found.etag })) reply.header(name, value);
    if (found.kind === 'unchanged') {
      reply.status(HttpStatus.NOT_MODIFIED).send();
      return;
    }
    const { webp, width, height, frames } = found;
    reply
      .header('x-portcullis-frames', String(frames))
      .header('x-portcullis-size', `${width}x${height}`)
      .header('content-type', 'image/webp')
      .send(Buffer.from(webp.buffer, webp.byteOffset, webp.byteLength));
  }
}

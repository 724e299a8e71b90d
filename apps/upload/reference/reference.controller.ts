import { Controller, Get, Headers, HttpStatus, Param, Res } from '@nestjs/common';

import { Problem } from '#contracts/problems.js';
import { Open } from '#service/api-key.guard.js';

import { ReferenceFiles, type ReferenceFile } from './reference-files.js';
import { PAGE_POLICY } from './reference-page.js';

/** As much of an answer as is set here. */
interface Reply {
  status(code: number): Reply;
  header(name: string, value: string): Reply;
  send(body?: Buffer): unknown;
}

/** Whoever has it asks whether it is still good: it may be another one after the next release. */
const ASK_AGAIN = 'no-cache';
const A_DAY = 'public, max-age=86400';

/** The reference of this API: it holds no secret, and whoever writes a client need not have a key yet. */
@Controller()
@Open()
export class ReferenceController {
  constructor(private readonly files: ReferenceFiles) {}

  /** This document: the API as OpenAPI 3.1. */
  @Get('openapi.json')
  document(@Headers('if-none-match') known: string | undefined, @Res() reply: Reply): void {
    send(this.files.document, known, reply.header('cache-control', ASK_AGAIN));
  }

  /** The reference as a page. */
  @Get('docs')
  page(@Headers('if-none-match') known: string | undefined, @Res() reply: Reply): void {
    reply.header('cache-control', ASK_AGAIN).header('content-security-policy', PAGE_POLICY);
    send(this.files.page, known, reply.header('referrer-policy', 'no-referrer'));
  }

  /** What the page is made of. */
  @Get('docs/:file')
  file(@Param('file') name: string, @Headers('if-none-match') known: string | undefined, @Res() reply: Reply): void {
    const part = this.files.part(name);
    if (part === undefined) throw new Problem('not-found', 'There is nothing at this address.');
    send(part, known, reply.header('cache-control', A_DAY));
  }
}

function send({ mediaType, bytes, etag }: ReferenceFile, known: string | undefined, reply: Reply): void {
  reply.header('etag', etag);
  const isKnown = (known ?? '').split(',').some((one) => one.trim().replace(/^W\//, '') === etag);
  if (isKnown) reply.status(HttpStatus.NOT_MODIFIED).send();
  else reply.header('content-type', mediaType).send(bytes);
}

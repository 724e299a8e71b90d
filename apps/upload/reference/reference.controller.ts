import { Controller, Get, Headers, Param, Res } from '@nestjs/common';

import { Open } from '#service/api-key.guard.js';
import { ReferenceFiles } from '#service/reference/reference-files.js';
import { sendDocument, sendPage, sendPart, type FileReply } from '#service/reference/send-file.js';

/** The reference of this API: it holds no secret, and whoever writes a client need not have a key yet. */
@Controller()
@Open()
export class ReferenceController {
  constructor(private readonly files: ReferenceFiles) {}

  /** This document: the API as OpenAPI 3.1. */
  @Get('openapi.json')
  document(@Headers('if-none-match') known: string | undefined, @Res() reply: FileReply): void {
    sendDocument(this.files, { known, reply });
  }

  /** The reference as a page. */
  @Get('docs')
  page(@Headers('if-none-match') known: string | undefined, @Res() reply: FileReply): void {
    sendPage(this.files, { known, reply });
  }

  /** What the page is made of. */
  @Get('docs/:file')
  file(
    @Param('file') name: string,
    @Headers('if-none-match') known: string | undefined,
    @Res() reply: FileReply,
  ): void {
    sendPart(this.files, name, { known, reply }, 'public');
  }
}

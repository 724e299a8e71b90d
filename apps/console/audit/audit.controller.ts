import { Controller, Get, Query, StreamableFile } from '@nestjs/common';

import type { AuditPage } from '#contracts/audit-answer.js';
import { AuditFilterQuery, AuditQuery } from '#contracts/audit-query.js';
import { Access } from '#service/api-key.guard.js';

import { ReadAudit } from './read-audit.js';

@Controller('api/audit')
@Access({ roles: ['admin'] })
export class AuditController {
  constructor(private readonly audit: ReadAudit) {}

  /** What people did, the newest first; `next` leads to the page after. */
  @Get()
  list(@Query() query: AuditQuery): Promise<AuditPage> {
    return this.audit.list(query);
  }

  /** All of it as NDJSON, one act a line, the oldest first. */
  @Get('export')
  export(@Query() filter: AuditFilterQuery): StreamableFile {
    return new StreamableFile(this.audit.export(filter), {
      type: 'application/x-ndjson; charset=utf-8',
      disposition: 'attachment; filename="audit.ndjson"',
    });
  }
}

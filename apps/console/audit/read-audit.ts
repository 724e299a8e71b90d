import { Readable } from 'node:stream';

import type { AuditPage } from '#contracts/audit-answer.js';
import type { AuditFilterQuery, AuditQuery } from '#contracts/audit-query.js';
import type { AuditStore } from '#persistence/audit-store.js';

const EXPORT_PAGE = 1_000;

/** What people did, page by page, and all of it. */
export class ReadAudit {
  constructor(private readonly book: Pick<AuditStore, 'page' | 'following'>) {}

  async list({ cursor, limit, ...filter }: AuditQuery): Promise<AuditPage> {
    const rows = await this.book.page(filter, limit + 1, cursor === undefined ? undefined : Number(cursor));
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    return { items: page, next: rows.length > limit && last !== undefined ? String(last.number) : null };
  }

  /** NDJSON, the oldest first; a page of it is in memory at a time. */
  export(filter: AuditFilterQuery): Readable {
    return Readable.from(this.lines(filter));
  }

  private async *lines(filter: AuditFilterQuery): AsyncGenerator<string> {
    let after = 0;
    for (;;) {
      const page = await this.book.following(filter, EXPORT_PAGE, after);
      if (page.length > 0) yield page.map((row) => `${JSON.stringify(row)}\n`).join('');
      const last = page.at(-1);
      if (last === undefined || page.length < EXPORT_PAGE) return;
      after = last.number;
    }
  }
}

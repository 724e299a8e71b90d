import type { AuditPage } from '#contracts/audit-answer.js';

import { queryOf, request } from './request.js';

/** Which rows of the audit. */
export interface AuditFilter {
  readonly actor?: string | undefined;
  readonly act?: string | undefined;
  readonly subject?: string | undefined;
  readonly subjectId?: string | undefined;
}

const PAGE = 100;

/** One page of the audit, the newest first. */
export const readAudit = (filter: AuditFilter, cursor: string | undefined, signal: AbortSignal): Promise<AuditPage> =>
  request('GET', `/audit${queryOf({ ...filter, cursor, limit: PAGE })}`, undefined, signal);

import { createHash } from 'node:crypto';

import type { SubmissionFields } from '#contracts/submission-fields.js';

/** SHA-256 (hexadecimal) of everything a client submitted: the same key with another fingerprint is another request. */
export function fingerprint(sha256: Buffer, fields: SubmissionFields): string {
  const metadata = Object.entries(fields.metadata ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  const said = [fields.externalId ?? null, fields.uploaderId ?? null, fields.class ?? null, metadata];
  return createHash('sha256').update(sha256).update(JSON.stringify(said)).digest('hex');
}

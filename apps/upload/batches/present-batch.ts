import type { BulkSummary } from '#contracts/bulk-answer.js';
import type { BulkSubmission } from '#persistence/bulk-store.js';
import type { FailedItem } from '#persistence/bulk-report-store.js';

export const presentBatch = ({ id, kind, state, total, createdAt, finishedAt }: BulkSubmission): BulkSummary => ({
  id,
  kind,
  state,
  total,
  createdAt: createdAt.toISOString(),
  finishedAt: finishedAt?.toISOString() ?? null,
  links: { self: `/v1/batches/${id}`, errors: `/v1/batches/${id}/errors` },
});

/** A failed item as the line that may be sent again: what was sent, and `problem`. */
export function errorLine({ url, entry, externalId, uploaderId, metadata, problem }: FailedItem): string {
  const line = {
    ...(url === null ? { file: entry.name } : { url }),
    ...(externalId === null ? {} : { externalId }),
    ...(uploaderId === null ? {} : { uploaderId }),
    ...(metadata === null ? {} : { metadata }),
    problem,
  };
  return `${JSON.stringify(line)}\n`;
}

import type { BulkAnswer } from '#contracts/bulk-answer.js';
import type { BulkReportStore } from '#persistence/bulk-report-store.js';
import type { BulkSubmission } from '#persistence/bulk-store.js';

import { errorLine, presentBatch } from './present-batch.js';

const LINES_AT_ONCE = 500;

/** What clients read about their batches. */
export class BatchReader {
  /** @param arrivalMsMax how long a batch may take to arrive */
  constructor(
    private readonly reports: Pick<BulkReportStore, 'report' | 'failures'>,
    readonly arrivalMsMax: number,
  ) {}

  async answer(batch: BulkSubmission): Promise<BulkAnswer> {
    return { ...presentBatch(batch), ...(await this.reports.report(batch.id, batch.createdAt)) };
  }

  /** Failed items in order, one JSON line each. */
  async *errorLines(id: string): AsyncGenerator<string> {
    let after = 0;
    for (;;) {
      const items = await this.reports.failures(id, after, LINES_AT_ONCE);
      yield items.map(errorLine).join('');
      after = items.at(-1)?.number ?? after;
      if (items.length < LINES_AT_ONCE) return;
    }
  }
}

import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';

import type { BulkAnswer } from '#contracts/bulk-answer.js';
import { Problem } from '#contracts/problems.js';
import type { BulkReportStore } from '#persistence/bulk-report-store.js';
import type { BulkSubmission } from '#persistence/bulk-store.js';

import { ClientSlots } from '../client-slots.js';
import { errorLine, presentBatch } from './present-batch.js';

/** Held in memory for each reader: some kilobytes in life, half a megabyte where every field is as long as it may be. */
const LINES_AT_ONCE = 20;
/** Readers of failed items. A reader may take as long as it likes, if it reads. */
const READERS_MAX = 32;
const RETRY_MS = 5_000;

/** As much of a reply as lines are sent with. */
interface LinesReply {
  readonly raw: ServerResponse;
  header(name: string, value: string): { send(body: Readable): unknown };
}

/** What clients read about their batches. */
export class BatchReader {
  private readonly readers = new ClientSlots({
    ofAll: READERS_MAX,
    ofClient: READERS_MAX / 8,
    refusal: () =>
      new Problem('overloaded', 'Too many readers of failed items are under way.', { retryAfterMs: RETRY_MS }),
  });

  /** @param arrivalMsMax how long a batch may take to arrive */
  constructor(
    private readonly reports: Pick<BulkReportStore, 'report' | 'failures'>,
    readonly arrivalMsMax: number,
  ) {}

  async answer(batch: BulkSubmission): Promise<BulkAnswer> {
    return { ...presentBatch(batch), ...(await this.reports.report(batch.id, batch.createdAt)) };
  }

  /**
   * Sends failed items in order, one JSON line each, as they are read. Resolves when all is sent or the reader is gone.
   *
   * @param find the batch's id, in the turn of its reader: it asks the database
   * @throws Problem `overloaded`; what `find` throws
   */
  sendErrors(clientId: string, find: () => Promise<string>, reply: LinesReply): Promise<void> {
    return this.readers.hold(clientId, async () => {
      const id = await find();
      if (reply.raw.destroyed) return;
      const closed = once(reply.raw, 'close');
      reply
        .header('content-type', 'application/x-ndjson')
        .send(Readable.from(this.errorLines(id), { highWaterMark: 1 }));
      await closed;
    });
  }

  private async *errorLines(id: string): AsyncGenerator<string> {
    let after = 0;
    for (;;) {
      const items = await this.reports.failures(id, after, LINES_AT_ONCE);
      yield items.map(errorLine).join('');
      after = items.at(-1)?.number ?? after;
      if (items.length < LINES_AT_ONCE) return;
    }
  }
}

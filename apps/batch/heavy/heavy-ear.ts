import type { HeavyJob } from '#contracts/heavy-job.js';
import { BatchCollector } from '#inference/batch-collector.js';
import type { HeavyListener } from '#queue/heavy.processor.js';
import type { Logger } from '#telemetry/logger.js';

import type { LabelBatch } from './label-batch.js';

/** Hears bells one by one and labels their assets in batches. */
export class HeavyEar implements HeavyListener {
  private readonly collector: BatchCollector<string>;
  private heardAtMs = Date.now();
  private inHand = 0;

  constructor(
    labelBatch: LabelBatch,
    batch: { readonly sizeMax: number; readonly windowMs: number },
    private readonly log: Logger,
  ) {
    this.collector = new BatchCollector({ ...batch, dispatch: (assetIds) => labelBatch.run(assetIds) });
  }

  async hear({ assetId }: HeavyJob): Promise<void> {
    this.inHand += 1;
    try {
      await this.collector.add(assetId);
    } finally {
      this.inHand -= 1;
      this.heardAtMs = Date.now();
    }
  }

  fault(error: Error): void {
    this.log.warn({ err: error }, 'the queue reports a fault');
  }

  /** No more bells will come: what waits for company goes now. */
  drain(): void {
    this.collector.drain();
  }

  /** Milliseconds since the last asset was done with; 0 while one is in hand. */
  silentMs(): number {
    return this.inHand > 0 ? 0 : Date.now() - this.heardAtMs;
  }
}

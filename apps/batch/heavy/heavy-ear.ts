import type { HeavyJob } from '#contracts/heavy-job.js';
import { BatchCollector } from '#inference/batch-collector.js';
import type { HeavyListener } from '#queue/heavy.processor.js';
import type { Logger } from '#telemetry/logger.js';

import type { LabelBatch } from './label-batch.js';

/** Hears bells one by one and labels their assets in batches. */
export class HeavyEar implements HeavyListener {
  private readonly collector: BatchCollector<string>;
  private heardSoFar = 0;
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
    this.heardSoFar += 1;
    try {
      await this.collector.add(assetId);
    } finally {
      this.inHand -= 1;
    }
  }

  fault(error: Error): void {
    this.log.warn({ err: error }, 'the queue reports a fault');
  }

  /** No more bells will come: what waits for company goes now. */
  drain(): void {
    this.collector.drain();
  }

  /** How many bells it has heard so far. */
  heard(): number {
    return this.heardSoFar;
  }

  /** Whether an asset is in hand. */
  busy(): boolean {
    return this.inHand > 0;
  }
}

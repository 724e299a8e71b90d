import type { HeavyJob } from '#contracts/heavy-job.js';
import { BatchCollector } from '#inference/batching/batch-collector.js';
import { FirstComeLine, type Waiting } from '#inference/batching/waiting-line.js';
import type { HeavyListener } from '#queue/heavy.processor.js';
import type { Logger } from '#telemetry/logger.js';

import type { LabelBatch } from './label-batch.js';

/** An asset whose bell was heard, until its batch is done with it. */
interface Heard extends Waiting {
  readonly assetId: string;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Without a window too, the bells of one turn of the event loop go together. */
const WINDOW_MS_MIN = 1;

/** Hears bells one by one and labels their assets in batches. BullMQ's concurrency bounds how many are in hand. */
export class HeavyEar implements HeavyListener {
  private readonly collector: BatchCollector<Heard>;
  private heardSoFar = 0;
  private inHand = 0;

  constructor(
    private readonly labelBatch: Pick<LabelBatch, 'run'>,
    batch: { readonly sizeMax: number; readonly windowMs: number },
    private readonly log: Pick<Logger, 'warn'>,
  ) {
    this.collector = new BatchCollector<Heard>({
      line: new FirstComeLine(),
      sizeMax: () => batch.sizeMax,
      windowMs: Math.max(WINDOW_MS_MIN, batch.windowMs),
      room: () => Infinity,
      dispatch: (heard) => void this.label(heard),
      nowMs: () => performance.now(),
    });
  }

  /** Resolves when the batch is done with the asset; rejects with what the batch says of it. */
  async hear({ assetId }: HeavyJob): Promise<void> {
    this.inHand += 1;
    this.heardSoFar += 1;
    try {
      await new Promise<void>((resolve, reject) => {
        this.collector.add({ assetId, arrivedAtMs: performance.now(), resolve, reject });
      });
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

  private async label(heard: readonly Heard[]): Promise<void> {
    try {
      const failures = await this.labelBatch.run(heard.map(({ assetId }) => assetId));
      for (const { assetId, resolve, reject } of heard) {
        const failure = failures.get(assetId);
        if (failure === undefined) resolve();
        else reject(failure);
      }
    } catch (error) {
      for (const { reject } of heard) reject(error);
    }
  }
}

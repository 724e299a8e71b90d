import type { ClassifyItem } from '#contracts/classify.js';
import type { Classified, ClassifyOptions } from '#inference/classifier/call.js';
import { ClassifierUnavailable } from '#inference/classifier/errors.js';
import type { ServedModel } from '#inference/classifier/protocol.js';
import type { Classifier } from '#inference/classifier/classifier.js';

/** The heavy tier as the batch service knows it: there from the first moment, of use when it has been opened. */
export class HeavyTier {
  private opened: Classifier | undefined;

  /**
   * @param open chooses and starts a classifier; takes seconds
   * @param onRuns told how long the runs took that ended in labels
   */
  constructor(
    private readonly open: () => Promise<Classifier>,
    private readonly onRuns: (ms: number) => void,
  ) {}

  /** Resolves when it is warm. @throws what `open` throws */
  async start(): Promise<void> {
    this.opened = await this.open();
  }

  get isReady(): boolean {
    return this.opened?.isReady ?? false;
  }

  /** @throws ClassifierUnavailable before it is open */
  get model(): ServedModel {
    return this.known().model;
  }

  /** @throws as a `Classifier` does; ClassifierUnavailable before it is open */
  async classify(items: readonly ClassifyItem[], options?: ClassifyOptions): Promise<Classified> {
    const classified = await this.known().classify(items, options);
    this.onRuns(classified.outcomes.reduce((sum, one) => sum + (one.kind === 'scored' ? one.inferenceMs : 0), 0));
    return classified;
  }

  async close(graceMs: number): Promise<void> {
    await this.opened?.close(graceMs);
  }

  private known(): Classifier {
    if (this.opened === undefined) throw new ClassifierUnavailable('the heavy tier is not open yet');
    return this.opened;
  }
}

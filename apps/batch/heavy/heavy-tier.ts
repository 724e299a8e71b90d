import type { ClassifyItem, Scored } from '#contracts/classify.js';
import type { Classified, ClassifyOptions } from '#inference/classifier/call.js';
import { ClassifierUnavailable } from '#inference/classifier/errors.js';
import type { ServedModel } from '#inference/classifier/protocol.js';
import type { Classifier } from '#inference/classifier/classifier.js';

/** The heavy tier as the batch service knows it: there from the first moment, of use when it has been opened. */
export class HeavyTier {
  private opened: Classifier | undefined;

  /**
   * @param open chooses and starts a classifier; takes seconds
   * @param onScored told what was scored, image by image
   */
  constructor(
    private readonly open: () => Promise<Classifier>,
    private readonly onScored: (scored: Scored) => void,
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
    for (const outcome of classified.outcomes) if (outcome.kind === 'scored') this.onScored(outcome);
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

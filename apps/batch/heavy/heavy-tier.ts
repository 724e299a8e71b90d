import type { ClassifyItem } from '#contracts/classify.js';
import type { Classified, ClassifyOptions } from '#inference/classifier/call.js';
import { ClassifierUnavailable } from '#inference/classifier/errors.js';
import type { ServedModel } from '#inference/classifier/protocol.js';
import type { Classifier } from '#inference/classifier/classifier.js';

/** The heavy tier as the batch service knows it: there from the first moment, of use when it has been opened. */
export class HeavyTier {
  private opened: Classifier | undefined;
  private readonly ending = new AbortController();

  /** @param open chooses and starts a classifier; takes seconds, unless the signal ends it */
  constructor(private readonly open: (signal: AbortSignal) => Promise<Classifier>) {}

  /** Resolves when it is warm. @throws what `open` throws */
  async start(): Promise<void> {
    this.opened = await this.open(this.ending.signal);
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
    return this.known().classify(items, options);
  }

  async close(graceMs: number): Promise<void> {
    this.ending.abort();
    await this.opened?.close(graceMs);
  }

  private known(): Classifier {
    if (this.opened === undefined) throw new ClassifierUnavailable('the heavy tier is not open yet');
    return this.opened;
  }
}

import type { ClassifyItem } from '#contracts/classify.js';
import type { CallOptions, Classified, ClassifyOptions, Inferred, LightlyClassified, LightOptions } from './call.js';
import type { Classifier } from './classifier.js';
import type { PoolState } from './pool-options.js';
import type { ServedModel } from './protocol.js';

/** A classifier that tells of every call how many images or views it answered; what failed does not count. */
export class CountedClassifier implements Classifier {
  constructor(
    private readonly inner: Classifier,
    private readonly onAnswered: (items: number) => void,
  ) {}

  start(): Promise<ServedModel> {
    return this.inner.start();
  }

  get model(): ServedModel {
    return this.inner.model;
  }

  get isReady(): boolean {
    return this.inner.isReady;
  }

  get room(): number {
    return this.inner.room;
  }

  async classify(items: readonly ClassifyItem[], options?: ClassifyOptions): Promise<Classified> {
    const answer = await this.inner.classify(items, options);
    this.onAnswered(answer.outcomes.length);
    return answer;
  }

  async classifyLight(items: readonly ClassifyItem[], options: LightOptions): Promise<LightlyClassified> {
    const answer = await this.inner.classifyLight(items, options);
    this.onAnswered(answer.outcomes.filter(({ kind }) => kind !== 'costly').length);
    return answer;
  }

  async infer(views: readonly Uint8Array[], options?: CallOptions): Promise<Inferred> {
    const answer = await this.inner.infer(views, options);
    this.onAnswered(answer.scores.length);
    return answer;
  }

  state(): PoolState {
    return this.inner.state();
  }

  close(graceMs: number): Promise<void> {
    return this.inner.close(graceMs);
  }
}

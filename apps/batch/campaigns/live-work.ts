import type { ClassifyItem } from '#contracts/classify.js';
import type { Classified, ClassifyOptions } from '#inference/classifier/call.js';
import type { Classifier } from '#inference/classifier/classifier.js';
import type { ServedModel } from '#inference/classifier/protocol.js';

type Tier = Pick<Classifier, 'classify' | 'model'>;

/** New assets in hand for longer than this, and none at the model: they wait for company, and the model is free. */
const COMPANY_MS = 1_000;

/** The heavy tier as new assets use it, so that campaigns know when they do not. */
export class LiveWork implements Tier {
  private underWay = 0;
  private endedAtMs = -Infinity;

  /** @param inHand whether new assets are in hand, at the model or not */
  constructor(
    private readonly tier: Tier,
    private readonly inHand: () => boolean,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  get model(): ServedModel {
    return this.tier.model;
  }

  async classify(items: readonly ClassifyItem[], options?: ClassifyOptions): Promise<Classified> {
    this.underWay += 1;
    try {
      return await this.tier.classify(items, options);
    } finally {
      this.underWay -= 1;
      this.endedAtMs = this.nowMs();
    }
  }

  /** Whether new assets want the model now. */
  busy(): boolean {
    return this.underWay > 0 || (this.inHand() && this.nowMs() - this.endedAtMs < COMPANY_MS);
  }
}

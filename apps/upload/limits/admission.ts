import type { Share } from './day-counts.js';

/** How a request that was let in has ended: what it brought is kept, is not, or may be. */
export type Outcome = 'done' | 'refused' | 'unknown';

export interface AdmissionParts {
  /** Of the one image that a request counts as until it is known how many it brings. */
  readonly first: Share;
  /** Takes so many more off the client's limits. @throws Problem where that is more than is left of its day */
  readonly takeMore: (images: number) => Promise<Share>;
  /** Writes down images that become no assets; left out: they become assets, or batches, which are counted as such. */
  readonly inferred?: (images: number) => void;
}

/** A request that was let in, from then until its end: what it brings counts as sent meanwhile. */
export class Admission {
  private images = 1;
  private readonly shares: Share[];

  constructor(private readonly parts: AdmissionParts) {
    this.shares = [parts.first];
  }

  /** It turns out that it brings so many images. @throws Problem `quota-exceeded` */
  async bring(images: number): Promise<void> {
    const more = images - this.images;
    if (more <= 0) return;
    this.shares.push(await this.parts.takeMore(more));
    this.images = images;
  }

  /** To be called once. */
  end(outcome: Outcome): void {
    const { inferred } = this.parts;
    // first, so that the sum is never less than it is
    if (outcome === 'done') inferred?.(this.images);
    for (const share of this.shares) share(inferred === undefined && outcome !== 'refused');
  }
}

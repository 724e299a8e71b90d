/**
 * Decodes in the order of asking, at most `width` at a time, and none while `heldMax` decoded views wait for the
 * session: a batch of long animations costs time, not memory.
 *
 * It cannot lock up as long as calls take their views in order and run whatever fills a batch: before an image that
 * is not begun there are then only images that are begun, and less than one batch of views in hand.
 */
export class DecodeLane {
  private readonly waiting: (() => void)[] = [];
  private decoding = 0;
  private held = 0;

  constructor(
    private readonly width: number,
    private readonly heldMax: number,
  ) {}

  /** Calls `decode` when it is its turn; settles as that does. */
  async take<T>(decode: () => Promise<T>): Promise<T> {
    await new Promise<void>((resolve) => {
      this.waiting.push(resolve);
      this.admit();
    });
    try {
      return await decode();
    } finally {
      this.decoding -= 1;
      this.admit();
    }
  }

  /** Says that so many decoded views now wait for the session. Call it before the promise of `take` settles. */
  hold(views: number): void {
    this.held += views;
  }

  /** Says that so many of them wait no more. */
  release(views: number): void {
    this.held -= views;
    this.admit();
  }

  private admit(): void {
    while (this.decoding < this.width && this.held < this.heldMax) {
      const next = this.waiting.shift();
      if (next === undefined) return;
      this.decoding += 1;
      next();
    }
  }
}

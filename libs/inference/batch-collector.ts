/** Why a batch was dispatched. */
export type DispatchReason = 'full' | 'timer' | 'drain';

export interface CollectorOptions<T> {
  readonly sizeMax: number;
  /** How long the first item of a batch waits for company, from its arrival. 0 dispatches at once. */
  readonly windowMs: number;
  /** Settles every item of a batch by returning, or fails them one by one or all together. */
  readonly dispatch: (items: readonly T[], reason: DispatchReason) => Promise<ReadonlyMap<T, Error>>;
}

interface Waiting<T> {
  readonly item: T;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Collects single items into batches, by size or by time, whichever comes first. Each caller's promise settles with
 * its own item. The caller bounds how many items wait (BullMQ's concurrency does).
 */
export class BatchCollector<T> {
  private waiting: Waiting<T>[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: CollectorOptions<T>) {}

  /** Resolves when the item's batch is done with it; rejects with what the batch says of it. */
  add(item: T): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      if (this.waiting.length >= this.options.sizeMax) this.flush('full');
      else this.timer ??= setTimeout(() => this.flush('timer'), this.options.windowMs);
    });
  }

  /** Dispatches what waits now, without waiting for company. */
  drain(): void {
    this.flush('drain');
  }

  private flush(reason: DispatchReason): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const batch = this.waiting;
    this.waiting = [];
    if (batch.length > 0) void this.run(batch, reason);
  }

  private async run(batch: readonly Waiting<T>[], reason: DispatchReason): Promise<void> {
    try {
      const failures = await this.options.dispatch(
        batch.map(({ item }) => item),
        reason,
      );
      for (const { item, resolve, reject } of batch) {
        const failure = failures.get(item);
        if (failure === undefined) resolve();
        else reject(failure);
      }
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
}

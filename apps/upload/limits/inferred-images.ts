import { randomUUID } from 'node:crypto';

import { dayOf, type Day } from '#moderation/limits/day.js';
import type { InferenceCountStore } from '#persistence/inference-count-store.js';
import { PollLoop } from '#persistence/poll-loop.js';

export interface InferredImagesOptions {
  /** Hears why counts could not be written; they are written the next time. */
  readonly onError: (error: unknown) => void;
  readonly nowMs: () => number;
}

interface Count {
  readonly clientId: string;
  readonly dayMs: number;
  images: number;
  /** As far as the database has heard. */
  written: number;
}

/** As old as the counts of other services may be: a count of the day is as late. */
const WRITE_MS = 2_000;

/**
 * How many images were inferred for each client today without becoming assets: counted in this process, and written down
 * every two seconds for the other services and for after the end of this one.
 */
export class InferredImages {
  /** Of this process: nobody else writes its rows. */
  readonly instance: string = randomUUID();
  private readonly counts = new Map<string, Count>();
  private readonly loop = new PollLoop(() => this.tryWrite(), WRITE_MS);

  constructor(
    private readonly store: Pick<InferenceCountStore, 'write'>,
    private readonly options: InferredImagesOptions,
  ) {}

  start(): void {
    this.loop.start();
  }

  /** What was counted last is written. */
  async stop(): Promise<void> {
    await this.loop.stop();
    await this.tryWrite();
  }

  add(clientId: string, images: number): void {
    const dayMs = dayOf(this.options.nowMs()).startMs;
    const key = keyOf(clientId, dayMs);
    const count = this.counts.get(key) ?? { clientId, dayMs, images: 0, written: 0 };
    count.images += images;
    this.counts.set(key, count);
  }

  /** Those of this process. */
  of(clientId: string, { startMs }: Day): number {
    return this.counts.get(keyOf(clientId, startMs))?.images ?? 0;
  }

  private async tryWrite(): Promise<boolean> {
    try {
      await this.write();
    } catch (error) {
      this.options.onError(error);
    }
    return false;
  }

  private async write(): Promise<void> {
    const changed = [...this.counts.values()].filter(({ images, written }) => images > written);
    const rows = changed.map(({ clientId, dayMs, images }) => ({ clientId, dayMs, images }));
    if (rows.length > 0) await this.store.write(this.instance, rows);
    rows.forEach(({ images }, index) => {
      const count = changed[index];
      if (count !== undefined) count.written = images;
    });
    const todayMs = dayOf(this.options.nowMs()).startMs;
    for (const [key, { dayMs, images, written }] of this.counts) {
      if (dayMs < todayMs && images === written) this.counts.delete(key);
    }
  }
}

const keyOf = (clientId: string, dayMs: number): string => `${clientId} ${dayMs}`;

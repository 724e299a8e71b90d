import { Problem } from '#contracts/problems.js';

/** More at once are refused: each holds a connection, a file, and a place among the uploads under way. */
const FETCHES_MAX = 64;
/** A quarter of them: no client keeps others from theirs by naming slow servers. */
const CLIENT_FETCHES_MAX = FETCHES_MAX / 4;
const RETRY_MS = 1_000;

/** Bounds how many images are fetched at once. */
export class FetchSlots {
  private readonly taken = new Map<string, number>();
  private all = 0;

  /** @throws Problem `overloaded` when the client's share, or everything, is taken; whatever `work` throws */
  async hold<T>(clientId: string, work: () => Promise<T>): Promise<T> {
    const own = this.taken.get(clientId) ?? 0;
    if (own >= CLIENT_FETCHES_MAX || this.all >= FETCHES_MAX) {
      throw new Problem('overloaded', 'Too many images are being fetched at once. Nothing was stored.', {
        retryAfterMs: RETRY_MS,
      });
    }
    this.taken.set(clientId, own + 1);
    this.all += 1;
    try {
      return await work();
    } finally {
      this.release(clientId);
    }
  }

  private release(clientId: string): void {
    const left = (this.taken.get(clientId) ?? 1) - 1;
    this.all -= 1;
    if (left === 0) this.taken.delete(clientId);
    else this.taken.set(clientId, left);
  }
}

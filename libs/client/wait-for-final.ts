import type { Asset } from './answers.js';
import { backoffMs } from './backoff.js';
import type { Connection } from './connection.js';
import { Deadline, type TimeLimits } from './deadline.js';
import { DeadlineError } from './errors.js';
import type { EventHub } from './event-hub.js';

export interface WaitOptions extends TimeLimits {
  /** Hears of every decision that is seen on the way, the final one among them. */
  readonly onDecision?: ((asset: Asset) => void) | undefined;
}

const WAIT_MS_MAX = 300_000;
/** With a stream open, asking is for what no stream can know of. */
const LISTENING_MS = 30_000;

/**
 * Waits until an asset has its final decision: told by the stream of events, and asked for with growing pauses where there
 * is none. Services may end and start again meanwhile.
 *
 * @throws DeadlineError; ErasedError, NotFoundError and what else asking again does not help with; the signal's reason
 */
export async function waitForFinal(
  connection: Connection,
  hub: EventHub,
  id: string,
  { timeoutMs = WAIT_MS_MAX, signal, onDecision }: WaitOptions,
): Promise<Asset> {
  const deadline = new Deadline(timeoutMs, signal);
  let revision = 0;
  const look = async (): Promise<Asset> => {
    const call = { method: 'GET', path: `/v1/assets/${encodeURIComponent(id)}`, isRepeatable: true } as const;
    const limits = { signal, timeoutMs: deadline.leftMs, attemptsMax: Infinity };
    const asset = await connection.json<Asset>(call, limits).catch((error: unknown) => {
      throw error instanceof DeadlineError ? deadline.error(error.cause) : error;
    });
    if (asset.decision.revision > revision) onDecision?.(asset);
    revision = asset.decision.revision;
    return asset;
  };
  const first = await look();
  if (isFinal(first)) return first;
  const news = new News();
  const end = hub.listen(id, () => news.tell());
  try {
    for (let looks = 1; ; looks += 1) {
      const pauseMs = hub.isOpen ? LISTENING_MS : backoffMs(looks, undefined, Math.random());
      await deadline.rest(pauseMs, (wake) => news.heard(wake));
      deadline.check();
      news.taken();
      const asset = await look();
      if (isFinal(asset)) return asset;
    }
  } finally {
    end();
  }
}

const isFinal = ({ decision }: Asset): boolean => decision.stage === 'final';

/** Whether something was told that has not been looked at. */
class News {
  private isTold = false;
  private wake: (() => void) | undefined;

  tell(): void {
    this.isTold = true;
    this.wake?.();
  }

  /** Wakes as soon as something is told, at once when it has been. */
  heard(wake: () => void): void {
    this.wake = wake;
    if (this.isTold) wake();
  }

  /** What was told until now is looked at: what is told from now on is news. */
  taken(): void {
    this.isTold = false;
    this.wake = undefined;
  }
}

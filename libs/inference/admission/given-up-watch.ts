import type { LongLooks } from './long-looks.js';
import type { LooksInHand } from './looks-in-hand.js';
import type { CostlyTicket, Ticket } from './ticket.js';
import type { Classifier } from '../classifier/classifier.js';

/** How often it is seen whether a look that was given up has ended. */
const WATCH_MS = 50;

export interface WatchOptions {
  readonly classifier: Pick<Classifier, 'state'>;
  readonly inHand: LooksInHand<Ticket | CostlyTicket>;
  readonly longLooks: LongLooks;
  readonly nowMs: () => number;
  /** A look has ended that nobody waited for. */
  readonly onFreed: () => void;
}

/** Sees when looks have ended that nobody waits for: not from a call that ends, which is free before it is known here. */
export class GivenUpWatch {
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: WatchOptions) {}

  /** To be called when a look was given up. */
  begin(): void {
    // one that is set stays: it would never come if each that is given up put it off
    this.timer ??= setTimeout(() => this.see(), WATCH_MS);
  }

  /** Looks no more. */
  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private see(): void {
    const { classifier, inHand, longLooks, nowMs, onFreed } = this.options;
    this.timer = undefined;
    const ended = inHand.freed(classifier.state().busy);
    for (const { tickets, startedAtMs } of ended) {
      for (const { clientId } of tickets) longLooks.note(clientId, nowMs() - startedAtMs);
    }
    if (inHand.givenUp > 0) this.begin();
    if (ended.length > 0) onFreed();
  }
}

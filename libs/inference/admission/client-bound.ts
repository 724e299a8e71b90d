import type { Classifier } from '../classifier/classifier.js';
import type { ClientTimes } from '../batching/client-times.js';
import type { Comings } from './comings.js';
import type { LongLooks } from './long-looks.js';
import type { LookInHand, LooksInHand } from './looks-in-hand.js';
import type { Ticket, CostlyTicket } from './ticket.js';

export interface BoundOptions {
  readonly classifier: Pick<Classifier, 'room' | 'state'>;
  readonly inHand: LooksInHand<Ticket | CostlyTicket>;
  readonly comings: Comings;
  readonly clients: ClientTimes;
  readonly longLooks: LongLooks;
  readonly nowMs: () => number;
}

/**
 * How many looks a client may have in hand. While others are about, the last free process is not for a client that holds
 * all the others: it has one fewer than there are, one at least, unless its looks are known to be so short that others can
 * wait for them. A single process is not for a client whose look has just made others late, for as long as that counts.
 *
 * Where the model runs on another server a look holds a process here until it is decoded, and then a place there. The last
 * of those places is for a client that holds all the others if one of its looks is about to end: others can wait for that.
 */
export class ClientBound {
  constructor(private readonly options: BoundOptions) {}

  /** Whether a look of the client may begin where there is room. */
  mayBegin(clientId: string): boolean {
    const { classifier, comings } = this.options;
    if (comings.isAlone(clientId)) return true;
    const isLast = classifier.room <= 1;
    return !(isLast && this.isFull(clientId));
  }

  /** Whether a client has as many looks as it may while others are about, so that the next free process is not for it. */
  isFull(clientId: string): boolean {
    return this.looksLeft(clientId) <= 0;
  }

  /** How many looks of a client may begin before one that comes now of another. */
  looksLeft(clientId: string): number {
    if (this.options.comings.isAlone(clientId)) return Infinity;
    return Math.min(this.leftHere(clientId), this.leftElsewhere(clientId));
  }

  /** Items of a client that are being looked at. */
  itemsInHand(clientId: string): number {
    const looks = this.options.inHand.of(clientId);
    return looks.flatMap(({ tickets }) => tickets).filter((one) => one.clientId === clientId).length;
  }

  /** When it is over at the latest, though nothing happens; Infinity where it does not hold. */
  endsAtMs(clientId: string): number {
    if (this.mayBegin(clientId)) return Infinity;
    const { comings, longLooks, nowMs } = this.options;
    const pauses = [longLooks.unbearableUntilMs(clientId), longLooks.longUntilMs(clientId), this.endingAtMs(clientId)];
    return Math.min(comings.othersUntilMs(clientId), ...pauses.filter((atMs) => atMs > nowMs()));
  }

  /**
   * How long a client that is full waits for each process that will be its: until looks of its own end, or its pause does.
   *
   * @param batchMs what a look of so many items is expected to take
   */
  residualsMs(clientId: string, batchMs: (items: number) => number): readonly number[] {
    const { inHand, longLooks, nowMs } = this.options;
    const own = inHand.of(clientId);
    return own.length > 0
      ? inHand.residualsMs(batchMs, own)
      : [Math.max(0, longLooks.unbearableUntilMs(clientId) - nowMs())];
  }

  /** Of the processes of this machine. */
  private leftHere(clientId: string): number {
    const { classifier, inHand, longLooks, nowMs } = this.options;
    const { ready } = classifier.state();
    if (ready <= 1) return longLooks.unbearableUntilMs(clientId) > nowMs() ? 0 : Infinity;
    return this.isShort(clientId) ? Infinity : ready - 1 - inHand.hereOf(clientId).length;
  }

  /** Of the places on another server, where those are fewer than the free processes here. */
  private leftElsewhere(clientId: string): number {
    const { classifier, inHand, nowMs } = this.options;
    const { ready, busy } = classifier.state();
    const all = inHand.elsewhere;
    const own = all.filter((look) => holds(look, clientId));
    if (own.length === 0 || classifier.room >= ready - busy) return Infinity;
    const left = all.length - own.length + classifier.room - 1;
    return this.endingAtMs(clientId) <= nowMs() ? Math.max(1, left) : left;
  }

  /** When the first of a client's looks that another server has will be about to end; Infinity where too few are known. */
  private endingAtMs(clientId: string): number {
    const { clients, inHand, longLooks, nowMs } = this.options;
    const lookMs = clients.quantileMs(clientId);
    if (lookMs === undefined) return Infinity;
    const own = inHand.elsewhere.filter((look) => holds(look, clientId));
    return nowMs() + Math.min(...inHand.residualsMs(() => Infinity, own)) - longLooks.waitMsMax(lookMs);
  }

  /** Enough of its looks are known, none was long lately, and none is becoming so. */
  private isShort(clientId: string): boolean {
    const { clients, inHand, longLooks, nowMs } = this.options;
    if (clients.quantileMs(clientId) === undefined || longLooks.longUntilMs(clientId) > nowMs()) return false;
    return inHand.hereOf(clientId).every(({ startedAtMs }) => nowMs() - startedAtMs <= longLooks.shortMs);
  }
}

const holds = ({ tickets }: LookInHand<Ticket | CostlyTicket>, clientId: string): boolean =>
  tickets.some((one) => one.clientId === clientId);

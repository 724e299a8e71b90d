import { FairTurns } from './fair-turns.js';

/** What decides when somebody goes. */
export interface Rank {
  readonly clientId: string;
  readonly deadlineAtMs: number;
  /** How many single images it counts for. */
  readonly weight: number;
  /** What its client and its class are charged for when it goes: milliseconds of a process, as far as is known. */
  readonly chargeMs: number;
}

/** Whether a client may have one more look now. */
export type MayGo = (clientId: string) => boolean;

export const anybody: MayGo = () => true;

/** Those of one traffic class that wait: client by client in turn, and of one client the earliest deadline first. */
export class ClientLine<T extends Rank> {
  private readonly clients = new Map<string, T[]>();
  private turns = new FairTurns();

  get isEmpty(): boolean {
    return this.clients.size === 0;
  }

  add(one: T): void {
    const own = this.clients.get(one.clientId) ?? [];
    const place = own.findLastIndex(({ deadlineAtMs }) => deadlineAtMs <= one.deadlineAtMs) + 1;
    own.splice(place, 0, one);
    this.clients.set(one.clientId, own);
  }

  /** Who goes next: of the client that has had least; of equals the earliest deadline, then who came first. */
  next(mayGo: MayGo): T | undefined {
    let best: { readonly one: T; readonly at: number } | undefined;
    for (const [clientId, [one]] of this.clients) {
      if (one === undefined || !mayGo(clientId)) continue;
      const at = this.turns.standing(clientId);
      const isBefore =
        best === undefined || at < best.at || (at === best.at && one.deadlineAtMs < best.one.deadlineAtMs);
      if (isBefore) best = { one, at };
    }
    return best?.one;
  }

  /** It goes, and its client has had its turn. */
  go(one: T): void {
    this.leave(one);
    this.turns.go(one.clientId, one.chargeMs);
  }

  leave(one: T): void {
    const own = this.clients.get(one.clientId) ?? [];
    const place = own.indexOf(one);
    if (place >= 0) own.splice(place, 1);
    if (own.length === 0) this.clients.delete(one.clientId);
  }

  /** A client had something out of turn; or what it had was more than it was charged for, or less. */
  charge(clientId: string, ms: number): void {
    this.turns.charge(clientId, ms);
  }

  /** What all that wait are to be charged for. */
  get chargeMs(): number {
    return [...this].reduce((sum, { chargeMs }) => sum + chargeMs, 0);
  }

  /** The most that one of those that wait is to be charged for; undefined where none waits. */
  get largestMs(): number | undefined {
    return this.isEmpty ? undefined : Math.max(...[...this].map(({ chargeMs }) => chargeMs));
  }

  /** The same line, to see who would go without having anybody go. */
  copy(): ClientLine<T> {
    const copy = new ClientLine<T>();
    for (const [clientId, own] of this.clients) copy.clients.set(clientId, [...own]);
    copy.turns = this.turns.copy();
    return copy;
  }

  *[Symbol.iterator](): Iterator<T> {
    for (const own of this.clients.values()) yield* own;
  }
}

import { FairTurns } from './fair-turns.js';

/** What decides when somebody goes. */
export interface Rank {
  readonly clientId: string;
  readonly deadlineAtMs: number;
  /** How many single images it counts for. */
  readonly weight: number;
  /** What its client is charged for when it goes: milliseconds of a process, as far as is known. */
  readonly chargeMs: number;
}

/** Another client's that wait, seen from an arrival. */
interface Turn<T> {
  readonly otherId: string;
  readonly theirs: readonly T[];
  /** The arrival's. */
  readonly deadlineAtMs: number;
  /** Whether it goes first among equals. */
  readonly cameFirst: boolean;
}

/** Those of one traffic class that wait: client by client in turn, and of one client the earliest deadline first. */
export class ClientLine<T extends Rank> {
  private readonly clients = new Map<string, T[]>();
  private readonly turns = new FairTurns();

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
  next(): T | undefined {
    let best: { readonly one: T; readonly at: number } | undefined;
    for (const [clientId, [one]] of this.clients) {
      if (one === undefined) continue;
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

  /** Of all that wait. */
  get weight(): number {
    return [...this].reduce((sum, { weight }) => sum + weight, 0);
  }

  /** Weight that would go before an arrival, if no other came: of every other client those whose turn comes before its own. */
  weightBefore({ clientId, deadlineAtMs }: Pick<Rank, 'clientId' | 'deadlineAtMs'>): number {
    const own = (this.clients.get(clientId) ?? []).filter((one) => one.deadlineAtMs <= deadlineAtMs);
    const turnAt = own.reduce((sum, { chargeMs }) => sum + chargeMs, this.turns.standing(clientId));
    let weight = own.reduce((sum, one) => sum + one.weight, 0);
    let cameFirst = true;
    for (const [otherId, theirs] of this.clients) {
      if (otherId === clientId) cameFirst = false;
      else weight += this.weightUntil(turnAt, { otherId, theirs, deadlineAtMs, cameFirst });
    }
    return weight;
  }

  /** Weight of another client's whose turn comes before a turn. */
  private weightUntil(turnAt: number, { otherId, theirs, deadlineAtMs, cameFirst }: Turn<T>): number {
    let at = this.turns.standing(otherId);
    let weight = 0;
    for (const one of theirs) {
      const isFirst = cameFirst ? one.deadlineAtMs <= deadlineAtMs : one.deadlineAtMs < deadlineAtMs;
      if (at > turnAt || (at === turnAt && !isFirst)) break;
      weight += one.weight;
      at += one.chargeMs;
    }
    return weight;
  }

  *[Symbol.iterator](): Iterator<T> {
    for (const own of this.clients.values()) yield* own;
  }
}

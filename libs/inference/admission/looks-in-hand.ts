import { residualMs } from '#moderation/capacity/admission.js';
import type { Rank } from './client-line.js';

/** Whose look it is, and what it was charged for when it went. */
type Charged = Pick<Rank, 'clientId' | 'weight' | 'chargeMs'>;

export interface LookInHand<T extends Charged = Charged> {
  readonly tickets: readonly T[];
  readonly startedAtMs: number;
  /** Undefined where no more is known of it than its size. */
  readonly expectedMs: number | undefined;
  /** What each of the tickets has been charged so far. */
  readonly chargedMs: number[];
  /** When another server took it over, so that it holds no process here any more; undefined where none did. */
  handedOverAtMs: number | undefined;
}

/** The looks under way: whose, for how long, and how long yet. */
export class LooksInHand<T extends Charged> {
  private readonly looks = new Set<LookInHand<T>>();
  /** Looks that nobody waits for any more, and that may hold a process all the same; oldest first. */
  private readonly abandoned: LookInHand<T>[] = [];

  constructor(
    private readonly nowMs: () => number,
    /** Charges a ticket so many milliseconds more than before. */
    private readonly charge: (ticket: T, ms: number) => void,
    /** A look was given up: `freed` is to be asked from time to time. */
    private readonly onGivenUp: () => void,
  ) {}

  /** A look begins. Its tickets have been charged what was expected. */
  begin(tickets: readonly T[], expectedMs: number): LookInHand<T> {
    const chargedMs = tickets.map(({ chargeMs }) => chargeMs);
    const look = { tickets, startedAtMs: this.nowMs(), expectedMs, chargedMs, handedOverAtMs: undefined };
    this.looks.add(look);
    return look;
  }

  /** No process here works on a look any more: another server does. */
  handOver(look: LookInHand<T>): void {
    look.handedOverAtMs ??= this.nowMs();
  }

  /** @param partsMs what each ticket had of the time @param isGivenUp it is not waited for, and goes on where it runs */
  end(look: LookInHand<T>, partsMs: readonly number[], isGivenUp: boolean): void {
    this.looks.delete(look);
    this.settle(look, partsMs);
    if (!isGivenUp || look.handedOverAtMs !== undefined) return;
    this.abandoned.push(look);
    this.onGivenUp();
  }

  /** Has those pay whose looks take longer than they were charged for: who holds a process has had it, done or not. */
  accrue(): void {
    for (const look of [...this.looks, ...this.abandoned]) {
      const partsMs = evenly(look.tickets, this.nowMs() - look.startedAtMs);
      this.settle(
        look,
        partsMs.map((ms, index) => Math.max(ms, look.chargedMs[index] ?? 0)),
      );
    }
  }

  /** Given up looks are over but for as many as processes are busy beyond those that are known of. @returns those that are */
  freed(busy: number): readonly LookInHand<T>[] {
    const held = Math.max(0, busy - [...this.looks].filter(isHere).length);
    return this.abandoned.splice(0, Math.max(0, this.abandoned.length - held));
  }

  get size(): number {
    return this.looks.size;
  }

  get givenUp(): number {
    return this.abandoned.length;
  }

  get items(): number {
    return [...this.looks].reduce((sum, { tickets }) => sum + weightOf(tickets), 0);
  }

  /** Looks that hold a picture of a client. */
  of(clientId: string): readonly LookInHand<T>[] {
    return [...this.looks, ...this.abandoned].filter(({ tickets }) => tickets.some((one) => one.clientId === clientId));
  }

  /** Looks that hold a process of this machine and a picture of a client. */
  hereOf(clientId: string): readonly LookInHand<T>[] {
    return this.of(clientId).filter(isHere);
  }

  /** Looks that another server has, of all clients. */
  get elsewhere(): readonly LookInHand<T>[] {
    return [...this.looks].filter((look) => !isHere(look));
  }

  /** How long each takes yet. @param batchMs what one of so many items is expected to take */
  residualsMs(batchMs: (items: number) => number, looks: Iterable<LookInHand<T>> = this.looks): number[] {
    const nowMs = this.nowMs();
    return [...looks].map(({ startedAtMs, tickets, expectedMs = batchMs(weightOf(tickets)) }) =>
      residualMs(expectedMs, nowMs - startedAtMs),
    );
  }

  private settle({ tickets, chargedMs }: LookInHand<T>, partsMs: readonly number[]): void {
    for (const [index, ticket] of tickets.entries()) {
      const dueMs = (partsMs[index] ?? 0) - (chargedMs[index] ?? 0);
      chargedMs[index] = partsMs[index] ?? 0;
      if (dueMs !== 0) this.charge(ticket, dueMs);
    }
  }
}

const isHere = ({ handedOverAtMs }: Pick<LookInHand, 'handedOverAtMs'>): boolean => handedOverAtMs === undefined;

/** For how long a look held a process of this machine. @param tookMs from its beginning to its end */
export const hereMs = (
  { startedAtMs, handedOverAtMs }: Pick<LookInHand, 'startedAtMs' | 'handedOverAtMs'>,
  tookMs: number,
): number => (handedOverAtMs === undefined ? tookMs : Math.min(tookMs, handedOverAtMs - startedAtMs));

/** What each has of a time of which no more is known. */
export function evenly(tickets: readonly Pick<Rank, 'weight'>[], ms: number): number[] {
  const itemMs = ms / weightOf(tickets);
  return tickets.map(({ weight }) => weight * itemMs);
}

const weightOf = (tickets: readonly Pick<Rank, 'weight'>[]): number =>
  tickets.reduce((sum, { weight }) => sum + weight, 0);

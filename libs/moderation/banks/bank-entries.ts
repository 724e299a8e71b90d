import { SlotChains } from './slot-chains.js';

/** As much of an entry as is asked of it once its hash was found. */
export interface EntryFacts {
  readonly id: number;
  readonly bankId: string;
  readonly disabledUntilMs: number | null;
}

interface NewEntry extends EntryFacts {
  /** It can be found by its looks. */
  readonly perceptual: boolean;
}

const ID_KEY_BITS = 18;

/**
 * The entries of all banks, each at a place: a small whole number that is given anew once its entry is gone. Columns
 * of numbers, since a million objects would weigh on every garbage collection.
 */
export class BankEntries {
  private readonly ids: number[] = [];
  private readonly bankNumbers: number[] = [];
  private readonly disabledUntils: number[] = [];
  private readonly perceptuals: boolean[] = [];
  private readonly free: number[] = [];
  private readonly byId = new SlotChains(ID_KEY_BITS);
  private readonly bankIds: string[] = [];
  private readonly numberOfBank = new Map<string, number>();
  private readonly perceptualCounts: number[] = [];

  get size(): number {
    return this.ids.length - this.free.length;
  }

  /** Entries of a bank that can be found by their looks. */
  perceptualIn(bankId: string): number {
    return this.perceptualCounts[this.numberOfBank.get(bankId) ?? -1] ?? 0;
  }

  /** Adds an entry whose id is not there. @returns its place */
  add({ id, bankId, disabledUntilMs, perceptual }: NewEntry): number {
    const place = this.free.pop() ?? this.ids.length;
    const bank = this.bankNumber(bankId);
    this.ids[place] = id;
    this.bankNumbers[place] = bank;
    this.disabledUntils[place] = disabledUntilMs ?? -Infinity;
    this.perceptuals[place] = perceptual;
    this.count(bank, perceptual ? 1 : 0);
    this.byId.add(id, place);
    return place;
  }

  /** @returns the place that is free now; undefined when there is no such entry */
  remove(id: number): number | undefined {
    let place = this.byId.first(id);
    while (place !== -1 && this.ids[place] !== id) place = this.byId.after(place);
    if (place === -1) return undefined;
    this.byId.remove(id, place);
    this.count(this.bankNumbers[place] ?? -1, this.perceptuals[place] === true ? -1 : 0);
    this.free.push(place);
    return place;
  }

  /** @throws Error when nothing was ever put there */
  at(place: number): EntryFacts {
    const id = this.ids[place];
    const bankId = this.bankIds[this.bankNumbers[place] ?? -1];
    if (id === undefined || bankId === undefined) throw new Error(`there is no bank entry at place ${place}`);
    const disabledUntilMs = this.disabledUntils[place] ?? -Infinity;
    return { id, bankId, disabledUntilMs: disabledUntilMs === -Infinity ? null : disabledUntilMs };
  }

  private count(bank: number, change: number): void {
    this.perceptualCounts[bank] = (this.perceptualCounts[bank] ?? 0) + change;
  }

  private bankNumber(bankId: string): number {
    const known = this.numberOfBank.get(bankId);
    if (known !== undefined) return known;
    this.numberOfBank.set(bankId, this.bankIds.length);
    this.bankIds.push(bankId);
    return this.bankIds.length - 1;
  }
}

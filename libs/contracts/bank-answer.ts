import type { BankHit, BankKind } from '#moderation/banks/bank.js';

/** A bank as the console shows it. Times are RFC 3339 in UTC. */
export interface BankAnswer {
  readonly id: string;
  readonly name: string;
  readonly kind: BankKind;
  /** Bits of 256 in which a likeness may differ; null: only the same bytes are a hit. */
  readonly distanceMax: number | null;
  /** It does not hit until then; null when it does. */
  readonly disabledUntil: string | null;
  readonly createdBy: string;
  readonly createdAt: string;
  readonly changedBy: string | null;
  readonly changedAt: string;
}

export interface BankList {
  /** By name. `entries` counts those that were not removed. */
  readonly items: readonly (BankAnswer & { readonly entries: number })[];
}

/** What a bank knows one picture by: its bytes, its looks or both. Hashes in hexadecimal. */
export interface BankEntryAnswer {
  readonly id: number;
  readonly sha256: string | null;
  readonly pdq: string | null;
  readonly quality: number | null;
  /** The asset whose decision put it there. */
  readonly assetId: string | null;
  readonly origin: 'import' | 'moderator' | 'machine';
  readonly note: string | null;
  readonly addedBy: string;
  readonly addedAt: string;
  readonly disabledUntil: string | null;
}

export interface BankEntryPage {
  /** Newest first. */
  readonly items: readonly BankEntryAnswer[];
  /** Ask again with `cursor` set to this; null on the last page. */
  readonly next: string | null;
}

export interface AddedAnswer {
  readonly added: number;
  /** The bank had these already. */
  readonly known: number;
}

/** A line of a list that is no hash. Lines count from 1. */
export interface LineFault {
  readonly line: number;
  readonly detail: string;
}

export interface ImportAnswer extends AddedAnswer {
  readonly faultCount: number;
  /** The first of them. */
  readonly faults: readonly LineFault[];
}

export interface LookupAnswer {
  readonly hit: BankHit | null;
}

import { BankEntries } from './bank-entries.js';
import { ExactIndex } from './bank-exact.js';
import { HammingIndex, HAMMING_DISTANCE_MAX } from './hamming-index.js';
import { wordsOfHash } from './hash-words.js';

export const BANK_KINDS = ['block', 'allow'] as const;
/** What a hit in the bank means. */
export type BankKind = (typeof BANK_KINDS)[number];

/** Bits of 256 in which the PDQ hashes of two pictures that count as alike may differ (Meta's recommendation). */
export const BANK_DISTANCE_MAX = HAMMING_DISTANCE_MAX;

/** A PDQ hash of lower quality says nothing, neither as an entry nor as a question (Meta's recommendation). */
export const PDQ_QUALITY_MIN = 50;

/** A set of known hashes. */
export interface Bank {
  readonly id: string;
  readonly name: string;
  readonly kind: BankKind;
  /** Bits that a likeness may differ in, 0..31; null: only the same bytes are a hit. */
  readonly distanceMax: number | null;
  /** Unix milliseconds from which on it hits again, `Infinity` for never; null when it is not disabled. */
  readonly disabledUntilMs: number | null;
}

/** A PDQ hash in 64 hexadecimal digits, and how much there was to see, 0..100. */
export interface PdqHash {
  readonly pdq: string;
  readonly quality: number;
}

/** One picture that a bank knows, by its bytes, by its looks or by both. */
export interface BankEntry {
  /** Whole, unique among all banks. */
  readonly id: number;
  readonly bankId: string;
  /** 64 hexadecimal digits. */
  readonly sha256: string | null;
  readonly pdq: PdqHash | null;
  /** As a bank's. */
  readonly disabledUntilMs: number | null;
}

/** What was found in a bank. Kept with the decision, and not for everybody's eyes: names tell what is looked for. */
export interface BankHit {
  /** The bank's name. */
  readonly bank: string;
  readonly kind: BankKind;
  readonly entryId: number;
  readonly match: 'exact' | 'perceptual';
  /** Bits that differ; 0 for the same bytes. */
  readonly distance: number;
}

/**
 * All banks in memory: asked for every upload, told of every change. Entries may come before their bank; they hit
 * once it is set. At equal strength block beats allow, then the older entry the younger; the nearer beats the farther.
 *
 * Memory: about 190 bytes for an entry with both hashes, besides 6 MB that are touched only as entries come.
 */
export class HashGate {
  private entries = new BankEntries();
  private exacts = new ExactIndex();
  private likenesses = new HammingIndex();
  private banks = new Map<string, Bank>();

  /** Entries, whether they may hit at present or not. */
  get size(): number {
    return this.entries.size;
  }

  /** The banks that may hit. Those left out do not hit any more; their entries stay until they are removed. */
  setBanks(banks: readonly Bank[]): void {
    this.banks = new Map(banks.map((bank) => [bank.id, bank]));
  }

  /**
   * Adds an entry, or replaces the one with its id.
   * @throws RangeError when a hash is not 64 hexadecimal digits
   */
  put(entry: BankEntry): void {
    const exact = entry.sha256 === null ? null : wordsOfHash(entry.sha256);
    const looks = isTelling(entry.pdq) ? wordsOfHash(entry.pdq.pdq) : null;
    this.remove(entry.id);
    const place = this.entries.add({ ...entry, perceptual: looks !== null });
    if (exact !== null) this.exacts.add(place, exact);
    if (looks !== null) this.likenesses.add(place, looks);
  }

  /** Knows from now on the banks and entries of another gate and no others. The other one must not be used any more. */
  become(other: HashGate): void {
    this.entries = other.entries;
    this.exacts = other.exacts;
    this.likenesses = other.likenesses;
    this.banks = other.banks;
  }

  /** Forgets an entry; nothing happens when it is not known. */
  remove(id: number): void {
    const place = this.entries.remove(id);
    if (place === undefined) return;
    this.exacts.remove(place);
    this.likenesses.remove(place);
  }

  /**
   * The strongest entry for these very bytes.
   * @throws RangeError when the hash is not 64 hexadecimal digits
   */
  exact(sha256: string, nowMs: number): BankHit | undefined {
    let best: BankHit | undefined;
    this.exacts.visit(wordsOfHash(sha256), (place) => {
      best = stronger(best, this.hitAt(place, nowMs, 'exact', 0));
    });
    return best;
  }

  /**
   * The strongest entry that looks like this, within the distance of its bank. Undefined for a picture in which there
   * was too little to see.
   *
   * @param whole the hash tells all there is to see (`isWhole`); if not, no allow bank can hit: whoever has an allowed
   *   picture could hide another behind it
   * @throws RangeError when the hash is not 64 hexadecimal digits
   */
  perceptual(hash: PdqHash, nowMs: number, whole = false): BankHit | undefined {
    if (!isTelling(hash)) return undefined;
    const words = wordsOfHash(hash.pdq);
    const distances = this.lookingBanks(nowMs).map(({ distanceMax }) => distanceMax ?? 0);
    if (distances.length === 0) return undefined;
    let best: BankHit | undefined;
    this.likenesses.visit(words, Math.min(BANK_DISTANCE_MAX, Math.max(...distances)), (place, distance) => {
      const hit = this.hitAt(place, nowMs, 'perceptual', distance);
      if (whole || hit?.kind !== 'allow') best = stronger(best, hit);
      return best?.distance;
    });
    return best;
  }

  /** Whether a picture's PDQ hash could be a hit at all: if not, there is no need to compute it. */
  needsPerceptual(nowMs: number): boolean {
    return this.lookingBanks(nowMs).length > 0;
  }

  /** The enabled banks that go by looks and know some. */
  private lookingBanks(nowMs: number): Bank[] {
    return [...this.banks.values()].filter(
      (bank) => bank.distanceMax !== null && !isDisabled(bank, nowMs) && this.entries.perceptualIn(bank.id) > 0,
    );
  }

  private hitAt(place: number, nowMs: number, match: BankHit['match'], distance: number): BankHit | undefined {
    const { id: entryId, bankId, disabledUntilMs } = this.entries.at(place);
    const bank = this.banks.get(bankId);
    if (bank === undefined || isDisabled(bank, nowMs) || isDisabled({ disabledUntilMs }, nowMs)) return undefined;
    if (match === 'perceptual' && (bank.distanceMax === null || distance > bank.distanceMax)) return undefined;
    return { bank: bank.name, kind: bank.kind, entryId, match, distance };
  }
}

/** Whether a hash of the first frame tells all that a picture can show: one frame, nothing to shine through, no damage. */
export const isWhole = (facts: { frames: number; alpha: boolean; degraded: readonly string[] }): boolean =>
  facts.frames === 1 && !facts.alpha && facts.degraded.length === 0;

const isTelling = (hash: PdqHash | null): hash is PdqHash => hash !== null && hash.quality >= PDQ_QUALITY_MIN;

const isDisabled = ({ disabledUntilMs }: Pick<Bank, 'disabledUntilMs'>, nowMs: number): boolean =>
  disabledUntilMs !== null && nowMs < disabledUntilMs;

function stronger(a: BankHit | undefined, b: BankHit | undefined): BankHit | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  if (a.distance !== b.distance) return a.distance < b.distance ? a : b;
  if (a.kind !== b.kind) return a.kind === 'block' ? a : b;
  return a.entryId <= b.entryId ? a : b;
}

import type { PerceptualHash } from '#contracts/prepared-image.js';
import type { BankHit, HashGate } from '#moderation/banks/bank.js';

export type Gate = Pick<HashGate, 'exact' | 'perceptual'>;

/** The banks as the heavy tier asks them. */
export interface Banks {
  /**
   * What they hold, nothing older than when it was asked for. To be asked for once it is known what is to be judged: what
   * another service has judged by a bank is then judged by the same entry, or by what took its place.
   *
   * @throws OperationalError when they cannot be read: then nothing may be settled
   */
  current(): Promise<Gate>;
}

/** The entry that knows an asset before it is decoded, by its bytes or by what was seen of it before. */
export function knownBy(
  gate: Gate,
  { sha256, perceptual }: { readonly sha256: string; readonly perceptual: PerceptualHash | null },
  nowMs: number,
): BankHit | undefined {
  return gate.exact(sha256, nowMs) ?? (perceptual === null ? undefined : gate.perceptual(perceptual, nowMs));
}

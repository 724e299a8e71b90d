/** Below this a faster variant is no better than the noise of a short measurement. */
export const FASTER_MIN = 1.05;

/** Which weights the operator wants; `auto`: the faster ones, if they agree. */
export type VariantWish = 'auto' | 'f32' | 'int8';

/** What is known of an int8 variant beside its base. */
export interface VariantFacts {
  readonly baseMs: number;
  readonly variantMs: number;
  /** Its agreement as it was published with the model lies within the limits. */
  readonly publishedPasses: boolean;
  /** So does what was measured here: eight-bit kernels differ from CPU to CPU. */
  readonly passesHere: boolean;
}

export interface VariantDecision {
  readonly useInt8: boolean;
  readonly reason: string;
}

/**
 * Whether the int8 variant serves.
 *
 * @param facts undefined where it was not measured, because the wish decides alone
 */
export function decideVariant(wish: VariantWish, facts: VariantFacts | undefined): VariantDecision {
  if (wish === 'f32') return { useInt8: false, reason: 'f32 is set' };
  if (wish === 'int8') return { useInt8: true, reason: 'int8 is set' };
  if (facts === undefined) return { useInt8: false, reason: 'the model has no int8 variant' };
  const ratio = facts.baseMs / facts.variantMs;
  const speed = `int8 takes ${facts.variantMs.toFixed(1)} ms, f32 ${facts.baseMs.toFixed(1)} ms (${ratio.toFixed(2)}×)`;
  if (!facts.publishedPasses) return { useInt8: false, reason: `int8's published agreement is outside the limits` };
  if (!facts.passesHere) return { useInt8: false, reason: 'int8 does not agree with f32 on this machine' };
  if (!(ratio >= FASTER_MIN)) return { useInt8: false, reason: `${speed}: less than ${FASTER_MIN}× is no gain` };
  return { useInt8: true, reason: `${speed}, and it agrees with f32 here` };
}

import { ClassifierOverloaded, ClassifierShed } from '#inference/classifier/errors.js';

import type { OipBackend } from '../inference/oip-backend.js';
import type { FastTier } from './fast-tier.js';

/** What is heard of callers of the Open Inference Protocol. */
export interface OipHeard {
  /** Views are turned away. */
  readonly onShed: (reason: string) => void;
  /** Views got their scores. @param stages milliseconds; `total` from when they were here */
  readonly onInferred: (stages: Readonly<Record<'queue' | 'inference' | 'total', number>>) => void;
}

/** The fast tier for callers of the Open Inference Protocol: through the same admission as uploads. */
export const fastTierBackend = (
  tier: Pick<FastTier, 'manifest' | 'isReady' | 'infer'>,
  sloMs: number,
  { onShed, onInferred }: OipHeard,
): OipBackend => ({
  manifest: () => tier.manifest,
  ready: () => tier.isReady,
  onShed,
  infer: async (views, { clientId, trafficClass, deadlineMs = Infinity }) => {
    const startedMs = performance.now();
    try {
      const order = { clientId, trafficClass, deadlineMs: Math.min(sloMs, deadlineMs) };
      const { scores, queueMs, inferenceMs } = await tier.infer(views, order);
      onInferred({ queue: queueMs, inference: inferenceMs, total: performance.now() - startedMs });
      return { scores };
    } catch (error) {
      if (error instanceof ClassifierOverloaded) onShed(error instanceof ClassifierShed ? error.reason : 'full');
      throw error;
    }
  },
});

import { ClassifierOverloaded, ClassifierShed } from '#inference/classifier/errors.js';

import type { OipBackend } from '../inference/oip-backend.js';
import type { FastTier } from './fast-tier.js';

/**
 * The fast tier for callers of the Open Inference Protocol: through the same admission as uploads.
 *
 * @param onShed called with the reason when views are turned away
 */
export const fastTierBackend = (
  tier: Pick<FastTier, 'manifest' | 'isReady' | 'infer'>,
  sloMs: number,
  onShed: (reason: string) => void,
): OipBackend => ({
  manifest: () => tier.manifest,
  ready: () => tier.isReady,
  onShed,
  infer: async (views, { clientId, trafficClass, deadlineMs = Infinity }) => {
    try {
      return await tier.infer(views, { clientId, trafficClass, deadlineMs: Math.min(sloMs, deadlineMs) });
    } catch (error) {
      if (error instanceof ClassifierOverloaded) onShed(error instanceof ClassifierShed ? error.reason : 'full');
      throw error;
    }
  },
});

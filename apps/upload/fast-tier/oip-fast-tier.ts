import type { OipBackend } from '../inference/oip-backend.js';
import type { FastTier } from './fast-tier.js';

/** The fast tier for callers of the Open Inference Protocol: through the same admission as uploads. */
export const fastTierBackend = (tier: FastTier, sloMs: number): OipBackend => ({
  manifest: () => tier.manifest,
  ready: () => tier.isReady,
  infer: (views, { trafficClass, deadlineMs = Infinity }) =>
    tier.infer(views, { trafficClass, deadlineMs: Math.min(sloMs, deadlineMs) }),
});

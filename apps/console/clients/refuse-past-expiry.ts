import { Problem } from '#contracts/problems.js';

/** @throws Problem `invalid-request` for a key that would not work for a moment */
export function refusePastExpiry(expiresAt: Date | undefined, nowMs: number): void {
  if (expiresAt === undefined || expiresAt.getTime() > nowMs) return;
  const errors = [{ pointer: '/expiresAt', detail: 'must lie ahead' }];
  throw new Problem('invalid-request', 'The key would have expired already.', { errors });
}

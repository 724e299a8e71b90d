import type { RotatedKeyAnswer } from '#contracts/client-answer.js';
import type { RotateBody } from '#contracts/key-body.js';
import { Problem } from '#contracts/problems.js';
import type { KeyStore } from '#persistence/key-store.js';
import { newSecret } from '#service/new-secret.js';

import { noKey, presentKey } from './present-client.js';
import { refusePastExpiry } from './refuse-past-expiry.js';

const HOUR_MS = 3_600_000;
const WHY = {
  revoked: 'This key has been revoked: make another.',
  expired: 'This key has expired: make another.',
  replaced: 'This key has been replaced already: rotate the one that replaced it.',
};

/** Replaces a key by another of the same holder. */
export class RotateKey {
  constructor(
    private readonly keys: Pick<KeyStore, 'rotate'>,
    private readonly nowMs: () => number,
  ) {}

  /** @throws Problem `not-found`; `conflict` for a key that does not work, or was replaced before */
  async rotate(id: string, { overlapHours, expiresAt }: RotateBody): Promise<RotatedKeyAnswer> {
    refusePastExpiry(expiresAt, this.nowMs());
    const secret = newSecret();
    const rotated = await this.keys.rotate(id, { secret, overlapMs: overlapHours * HOUR_MS, expiresAt });
    if (rotated.kind === 'rotated') {
      return { key: presentKey(rotated.key), secret, replaced: presentKey(rotated.replaced) };
    }
    throw rotated.why === 'unknown' ? noKey() : new Problem('conflict', WHY[rotated.why]);
  }
}

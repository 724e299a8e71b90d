import { describe, expect, it } from '@jest/globals';
import { readSettings } from '#settings/settings.js';

/** What a dead worker had is somebody else's by then (docs/operations.md). */
const PROMISED_MS = 15_000;
/** Of that for the batch that the heir has in hand, and for its own looks at what it gets. */
const LEFT_MS_MIN = 5_000;

describe('by the settings as they are', () => {
  it('what a dead worker held is seen by others within its time: the lease, and their own look for work', () => {
    const { heavy, batch } = readSettings({}, '/');
    expect(heavy.leaseMs + batch.sweepMs).toBeLessThanOrEqual(PROMISED_MS - LEFT_MS_MIN);
  });
});

import { describe, expect, it } from '@jest/globals';
import type { ErasureOutcome } from '#contracts/erasure-answer.js';
import { EraseAsset } from './erase-asset.js';

/** What happens when an asset is erased of which the store says this. */
async function erasing(outcome: ErasureOutcome, remove: () => Promise<void> = () => Promise.resolve()) {
  const said: string[] = [];
  const erase = new EraseAsset({
    erasures: {
      erase: (id, { cause, by }, clientId) => {
        said.push(`erase ${id} of ${String(clientId)}: ${cause} ${by}`);
        return Promise.resolve(outcome);
      },
      removeBytes: (id, removing) => removing(id),
    },
    bytes: {
      remove: async (id) => {
        await remove();
        said.push(`remove ${id}`);
      },
    },
    metrics: { erased: (cause) => void said.push(`count ${cause}`) },
    log: { warn: () => void said.push('warn') },
  });
  const failed = await erase.erase('shop', 'a', 'holder').then(
    () => undefined,
    (error: unknown) => error,
  );
  return { said, failed };
}

const ASKED = 'erase a of shop: client holder';

describe('erasing an asset', () => {
  it('erases its row, and then removes its bytes', async () => {
    expect(await erasing('erased')).toEqual({ said: [ASKED, 'count client', 'remove a'], failed: undefined });
  });

  it('is done although its bytes cannot be removed now', async () => {
    const away = (): Promise<void> => Promise.reject(new Error('away'));
    expect(await erasing('erased', away)).toEqual({ said: [ASKED, 'count client', 'warn'], failed: undefined });
  });

  it('again is no fault, and counts once', async () => {
    expect(await erasing('already_erased')).toEqual({ said: [ASKED], failed: undefined });
  });

  it('of another client finds none', async () => {
    expect((await erasing('unknown')).failed).toMatchObject({ code: 'not-found' });
  });
});

import { setTimeout as delay } from 'node:timers/promises';

import { AccessStore } from '#persistence/access-store.js';
import { KeyStore } from '#persistence/key-store.js';
import { newSecret } from '#service/new-secret.js';

import type { BenchContext } from '../bench-context.js';
import { startService, type PrivateInstallation } from '../private-installation.js';

const POLL_MS = 20;
/** A key that works longer than this after its revocation is not waited for. */
const WORKS_MS_MAX = 30_000;
/** Keys are revoked at different times after they were looked up. */
const SPREAD_MS = 5_000;
const ANSWER_MS_MAX = 10_000;

interface KeyInUse {
  readonly id: string;
  readonly secret: string;
}

/**
 * Revokes keys that are in use at an upload service, and asks on with each of them until it is refused.
 *
 * @returns milliseconds from each revocation's commit to the first refusal
 */
export async function timeRevocations(
  context: BenchContext,
  installation: PrivateInstallation,
  count: number,
  onProgress: (done: number) => void,
): Promise<number[]> {
  const { url } = await startService(context, installation, 'upload');
  const [access, keys] = [new AccessStore(installation.database), new KeyStore(installation.database)];
  const clientId = await access.ensureClient('bench');
  const inUse: KeyInUse[] = [];
  while (inUse.length < count) {
    const secret = newSecret();
    const id = await access.addKey({ secret, role: 'client', clientId, holder: 'bench', scopes: ['read'] });
    inUse.push({ id, secret });
  }
  let done = 0;
  const revokeOne = async ({ id, secret }: KeyInUse, index: number): Promise<number> => {
    const ask = (): Promise<number> => statusOf(url, secret, context.signal);
    const useUntilMs = performance.now() + (index * SPREAD_MS) / count;
    do if ((await ask()) !== 200) throw new Error('a key that is good was refused');
    while (performance.now() < useUntilMs);
    await keys.revoke(id);
    const revokedMs = performance.now();
    while ((await ask()) !== 401) {
      if (performance.now() - revokedMs > WORKS_MS_MAX) throw new Error('a key that was revoked goes on working');
      await delay(POLL_MS, undefined, { signal: context.signal });
    }
    done += 1;
    onProgress(done);
    return performance.now() - revokedMs;
  };
  return Promise.all(inUse.map(revokeOne));
}

async function statusOf(url: string, secret: string, signal: AbortSignal): Promise<number> {
  const response = await fetch(`${url}/v1/webhooks`, {
    headers: { authorization: `Bearer ${secret}` },
    signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS_MAX)]),
  });
  await response.arrayBuffer();
  return response.status;
}

import { AccessStore } from '#persistence/access-store.js';
import { newSecret } from '#service/new-secret.js';

import { progressBar } from '../../progress-bar.js';
import type { BenchContext } from '../bench-context.js';
import type { BenchResult } from '../bench-result.js';
import { installPrivately } from '../private-installation.js';
import type { KeysBenchOptions } from './keys-options.js';
import { keysResult } from './keys-result.js';
import { timeChecks } from './time-checks.js';
import { timeRevocations } from './time-revocations.js';

/** What the check of a key costs that is known, and how long a key works that was revoked. */
export async function benchKeys(context: BenchContext, options: KeysBenchOptions): Promise<BenchResult> {
  const { keys, seconds, revocations } = options;
  const installation = await installPrivately(context);
  const access = new AccessStore(installation.database);
  const clientId = await access.ensureClient('bench');
  const secrets: string[] = [];
  for (let made = 0; made < keys; made += 1) {
    const secret = newSecret();
    await access.addKey({ secret, role: 'client', clientId, holder: 'bench', scopes: ['upload', 'read'] });
    secrets.push(secret);
  }
  const checks = await timeChecks(context, installation, secrets, seconds);
  const bar = progressBar('revoked');
  try {
    const show = (done: number): void => bar.show(done, revocations);
    return keysResult(options, checks, await timeRevocations(context, installation, revocations, show));
  } finally {
    bar.end();
  }
}

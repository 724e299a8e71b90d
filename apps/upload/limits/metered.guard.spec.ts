import { describe, expect, it } from '@jest/globals';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';

import { Metered, MeteredGuard } from './metered.guard.js';

const LIMITS = { uploadsPerMinute: null, assetsPerDay: 1 };
const SPENT = { kind: 'refused', why: 'quota-exceeded', retryAfterMs: 1_000, states: [] } as const;

class Routes {
  assets(): string {
    return 'asset';
  }

  batches(): string {
    return 'batch';
  }
}
for (const sent of ['assets', 'batches'] as const) {
  const route = Object.getOwnPropertyDescriptor(Routes.prototype, sent);
  if (route !== undefined) Metered(sent)(Routes.prototype, sent, route);
}

/** A client that has nothing left of its day; of each kind it has sent what has the kind as its key. */
function ask(sent: 'assets' | 'batches', key: string | undefined): Promise<boolean> {
  const taker = (kind: string) => ({
    knows: (client: string, one: string) => Promise.resolve(one === `${client} ${kind}`),
  });
  const takers = { assets: taker('assets'), batches: taker('batches') };
  const guard = new MeteredGuard({ take: () => Promise.resolve(SPENT) }, () => undefined, takers);
  const headers = key === undefined ? {} : { 'idempotency-key': key };
  const request = { principal: { clientId: 'shop', limits: LIMITS }, headers };
  const handler = Reflect.get(Routes.prototype, sent);
  return guard.canActivate(new ExecutionContextHost([request, { header: () => undefined }], Routes, handler));
}

describe('a client that has sent what it may', () => {
  it.each(['assets', 'batches'] as const)('may repeat what was accepted of its %s, and nothing else', async (sent) => {
    expect(await ask(sent, `shop ${sent}`)).toBe(true);
    for (const key of [undefined, 'another', 'shop others']) await expect(ask(sent, key)).rejects.toThrow('today');
    const other = sent === 'assets' ? 'batches' : 'assets';
    await expect(ask(other, `shop ${sent}`)).rejects.toThrow('today');
  });
});

import { setTimeout as delay } from 'node:timers/promises';

import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';

import { AccessStore } from '#persistence/access-store.js';
import { Access, ApiKeyGuard } from '#service/api-key.guard.js';

import type { BenchContext } from '../bench-context.js';
import type { PrivateInstallation } from '../private-installation.js';
import { spreadOf, type Spread } from '../statistics.js';

export interface CheckMeasurements {
  /** Microseconds of a check by the guard. */
  readonly checkUs: Spread;
  /** How often a key was looked up in the database meanwhile. */
  readonly lookups: number;
}

/** Checks between two turns of the event loop, as a busy service has them, and the rest in between. */
const AT_ONCE = 20;
const REST_MS = 1;

/** A route such as the service has. */
class Route {
  @Access({ roles: ['client'], scope: 'read' })
  answer(): void {
    // it is asked for, never called
  }
}

/** Times what the guard of every route does with a key that it knows, look-ups that renew what it knows among them. */
export async function timeChecks(
  { signal }: BenchContext,
  { database }: PrivateInstallation,
  secrets: readonly string[],
  seconds: number,
): Promise<CheckMeasurements> {
  const access = new AccessStore(database);
  let lookups = 0;
  const guard = new ApiKeyGuard((secret) => {
    lookups += 1;
    return access.principal(secret);
  });
  const contexts = secrets.map((secret) => contextOf(secret));
  for (const context of contexts) await guard.canActivate(context); // from now on they are known
  lookups = 0;
  const checkUs: number[] = [];
  const untilMs = performance.now() + seconds * 1_000;
  while (performance.now() < untilMs) {
    signal.throwIfAborted();
    await delay(REST_MS);
    for (let made = 0; made < AT_ONCE; made += 1) {
      const context = contexts[checkUs.length % contexts.length];
      if (context === undefined) throw new Error('there are no keys');
      const beganMs = performance.now();
      await guard.canActivate(context);
      checkUs.push((performance.now() - beganMs) * 1_000);
    }
  }
  return { checkUs: spreadOf(checkUs), lookups };
}

function contextOf(secret: string): ExecutionContextHost {
  const request = { headers: { authorization: `Bearer ${secret}` } };
  const handler: unknown = Reflect.get(Route.prototype, 'answer');
  if (typeof handler !== 'function') throw new Error('the route has no handler');
  return new ExecutionContextHost([request, {}], Route, handler);
}

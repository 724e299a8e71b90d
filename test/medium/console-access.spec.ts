import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Type } from '@nestjs/common';
import { AccessStore } from '#persistence/access-store.js';
import { BankEntryStore } from '#persistence/bank-entry-store.js';
import { BankStore } from '#persistence/bank-store.js';
import { DeadLetterStore } from '#persistence/dead-letter-store.js';
import { FreshnessStore } from '#persistence/freshness-store.js';
import { ReviewDetailStore } from '#persistence/review-detail-store.js';
import { ReviewStore } from '#persistence/review-store.js';
import { UsageStore } from '#persistence/usage-store.js';
import { AssetFiles } from '#storage/asset-files.js';
import { Metrics } from '#telemetry/metrics.js';
import { ReconciliationMetrics } from '#telemetry/reconciliation-metrics.js';
import { STARTING_POLICY } from '#moderation/policy.js';
import { campaignProviders } from '../../apps/console/campaigns/campaign-routes.js';
import { consoleModule } from '../../apps/console/console.module.js';
import { ConsoleScene } from './console-scene.js';

let scene: ConsoleScene;
beforeAll(async () => {
  scene = await ConsoleScene.open();
});
afterAll(() => scene.close());

const ANY = '01890a5d-ac96-774b-bcce-b302099a8057';
const HASH = 'ab'.repeat(32);
const DRAFT = { document: STARTING_POLICY, note: 'x' };
/** Every closed route: method, path, body, and what a moderator and an admin get. */
const ROUTES: [string, string, unknown, number, number][] = [
  ['GET', '/api/reviews', undefined, 200, 200],
  ['GET', `/api/reviews/${ANY}`, undefined, 404, 404],
  ['POST', `/api/reviews/${ANY}/claim`, undefined, 404, 404],
  ['POST', `/api/reviews/${ANY}/decide`, { verdict: 'allow', reason: 'x' }, 404, 404],
  ['GET', '/api/policies', undefined, 200, 200],
  ['GET', '/api/policies/live', undefined, 200, 200],
  ['GET', '/api/policies/1', undefined, 200, 200],
  ['POST', '/api/policies', DRAFT, 403, 201],
  ['POST', '/api/policies/999/publish', undefined, 403, 404],
  ['GET', '/api/dead-letters', undefined, 200, 200],
  ['GET', '/api/dead-letters/17', undefined, 404, 404],
  ['POST', '/api/dead-letters/resubmit', { ids: [17], note: 'x' }, 403, 200],
  ['POST', '/api/dead-letters/discard', { reason: 'memory', note: 'x' }, 403, 200],
  ['GET', '/api/freshness', undefined, 200, 200],
  ['GET', '/api/costs', undefined, 403, 200],
  ['GET', '/api/campaigns', undefined, 403, 200],
  ['POST', '/api/campaigns', { name: 'again' }, 403, 201],
  ['GET', `/api/campaigns/${ANY}`, undefined, 403, 404],
  ['GET', `/api/campaigns/${ANY}/report`, undefined, 403, 404],
  ['POST', `/api/campaigns/${ANY}/start`, undefined, 403, 404],
  ['POST', `/api/campaigns/${ANY}/pause`, undefined, 403, 404],
  ['POST', `/api/campaigns/${ANY}/resume`, undefined, 403, 404],
  ['POST', `/api/campaigns/${ANY}/apply`, undefined, 403, 404],
  ['POST', `/api/campaigns/${ANY}/discard`, undefined, 403, 404],
  ['POST', `/api/campaigns/${ANY}/rollback`, undefined, 403, 404],
  ['GET', '/api/banks', undefined, 200, 200],
  ['POST', '/api/banks', { name: 'partner', kind: 'block' }, 403, 201],
  ['PATCH', `/api/banks/${ANY}`, { distanceMax: 20 }, 403, 404],
  ['POST', `/api/banks/${ANY}/lookup`, { sha256: HASH }, 404, 404],
  ['GET', `/api/banks/${ANY}/entries`, undefined, 404, 404],
  ['POST', `/api/banks/${ANY}/entries`, { entries: [{ sha256: HASH }] }, 403, 404],
  ['POST', `/api/banks/${ANY}/import`, {}, 403, 415],
  ['DELETE', `/api/banks/${ANY}/entries/1`, undefined, 403, 404],
  ['POST', `/api/banks/${ANY}/entries/1/disable`, { until: null }, 403, 404],
  ['GET', '/api/schedules', undefined, 200, 200],
  ['PUT', '/api/schedules/slow', { mode: 'size', sizeMax: 8, waitMs: 0 }, 403, 404],
  ['DELETE', '/api/schedules/slow', undefined, 403, 404],
  ['GET', '/api/clients', undefined, 403, 200],
  ['POST', '/api/clients', { name: 'another' }, 403, 201],
  ['GET', `/api/clients/${ANY}`, undefined, 403, 404],
  ['PATCH', `/api/clients/${ANY}`, { assetsPerDay: 5 }, 403, 404],
  ['GET', '/api/keys', undefined, 403, 200],
  ['POST', '/api/keys', { client: 'shop' }, 403, 201],
  ['POST', `/api/keys/${ANY}/rotate`, {}, 403, 404],
  ['POST', `/api/keys/${ANY}/revoke`, undefined, 403, 404],
];

/** The methods of a controller that are routes, each with its access rule as the guard reads it. */
function routesOf(controller: Type): { name: string; rule: unknown }[] {
  const prototype = controller.prototype as object;
  return Object.getOwnPropertyNames(prototype).flatMap((name) => {
    const method: unknown = Reflect.get(prototype, name);
    if (typeof method !== 'function' || !Reflect.hasMetadata('path', method) || name === 'constructor') return [];
    const rule: unknown =
      Reflect.getMetadata('portcullis:access', method) ?? Reflect.getMetadata('portcullis:access', controller);
    return [{ name: `${controller.name}.${name}`, rule }];
  });
}

describe('the console', () => {
  it('declares for every route who may call it', () => {
    const { controllers = [] } = consoleModule({
      reviews: new ReviewStore(scene.database),
      details: new ReviewDetailStore(scene.database),
      policies: scene.policies,
      banks: new BankStore(scene.database),
      entries: new BankEntryStore(scene.database),
      deadLetters: new DeadLetterStore(scene.database),
      bytes: new AssetFiles('/nowhere'),
      freshness: new FreshnessStore(scene.database),
      usage: new UsageStore(scene.database),
      price: { perCoreHour: 1, currency: 'USD' },
      schedules: [],
      clients: [],
      campaigns: campaignProviders(scene.database, { perCoreHour: 1, currency: 'USD' }, 1, Date.now),
      access: new AccessStore(scene.database),
      reconciliations: new ReconciliationMetrics(new Metrics().registry, { exposureMs: 1, wrongfulHoldMs: 1 }),
      readiness: { parts: {}, metrics: new Metrics() },
      claimMs: 1,
      nowMs: Date.now,
    });
    const routes = controllers.flatMap(routesOf);
    expect(routes).toHaveLength(ROUTES.length + 3);
    const open = routes.filter(({ rule }) => rule === 'open').map(({ name }) => name);
    expect(open.sort()).toEqual(['HealthController.live', 'HealthController.metrics', 'HealthController.ready']);
    for (const { name, rule } of routes.filter((route) => route.rule !== 'open')) {
      const { roles } = rule as { roles: string[] };
      expect([name, roles.includes('admin'), roles.includes('client')]).toEqual([name, true, false]);
    }
  });

  it.each(ROUTES)('%s %s is closed without a key, and to a client’s', async (method, path, body, moderator, admin) => {
    const status = async (holder: string | undefined): Promise<number> =>
      (await scene.ask(holder, method, path, body)).status;
    expect(await status(undefined)).toBe(401);
    expect(await status('nobody')).toBe(401);
    expect(await status('shop')).toBe(403);
    expect(await status('anna')).toBe(moderator);
    expect(await status('chief')).toBe(admin);
  });

  it('tells everybody whether it lives, is ready, and its metrics', async () => {
    expect(await scene.ask(undefined, 'GET', '/health/live')).toMatchObject({ status: 200, body: { status: 'live' } });
    expect(await scene.ask(undefined, 'GET', '/health/ready')).toMatchObject({
      status: 200,
      body: { status: 'ready', missing: {} },
    });
    const { status, body } = await scene.ask<string>(undefined, 'GET', '/metrics');
    expect(status).toBe(200);
    expect(body).toContain('process_cpu_seconds_total');
  });

  it('answers with a problem where there is nothing', async () => {
    const { status, type } = await scene.ask('chief', 'GET', '/api/nothing');
    expect(status).toBe(404);
    expect(type).toContain('application/problem+json');
  });
});

import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { covers, PERSON_ROLES } from '#contracts/access.js';
import { STARTING_POLICY } from '#moderation/policy.js';
import type { AccessRule } from '#service/access-rule.js';
import { routesOf } from '#service/access-routes.js';
import { readSettings } from '#settings/settings.js';
import { createLogger } from '#telemetry/logger.js';
import { buildConsole } from '../../apps/console/start-console.js';
import { ConsoleScene } from './console-scene.js';

let scene: ConsoleScene;
beforeAll(async () => {
  scene = await ConsoleScene.open();
});
afterAll(() => scene.close());

const ANY = '01890a5d-ac96-774b-bcce-b302099a8057';
const HASH = 'ab'.repeat(32);
const DRAFT = { document: STARTING_POLICY, note: 'x', baseVersion: 1 };
/** Every closed route: method, path, body, and what a moderator and an admin get. */
const ROUTES: [string, string, unknown, number, number][] = [
  ['GET', '/api/reviews', undefined, 200, 200],
  ['GET', `/api/reviews/${ANY}`, undefined, 404, 404],
  ['POST', `/api/reviews/${ANY}/claim`, undefined, 404, 404],
  ['POST', `/api/reviews/${ANY}/decide`, { verdict: 'allow', reason: 'x', expectedRevision: 2 }, 404, 404],
  ['POST', `/api/reviews/${ANY}/take-over`, undefined, 404, 404],
  ['POST', `/api/reviews/${ANY}/renew`, undefined, 404, 404],
  ['POST', `/api/reviews/${ANY}/release`, undefined, 404, 404],
  ['POST', `/api/reviews/${ANY}/skip`, { reason: 'x' }, 404, 404],
  ['POST', `/api/reviews/${ANY}/hold`, { reason: 'x', until: '2026-06-01T12:00:01Z' }, 404, 404],
  ['POST', `/api/reviews/${ANY}/escalate`, { reason: 'x' }, 404, 404],
  ['POST', `/api/reviews/${ANY}/assign`, { assignee: 'ben' }, 404, 404],
  ['POST', `/api/reviews/${ANY}/return`, {}, 404, 404],
  ['POST', '/api/reviews/next', {}, 404, 404],
  ['POST', '/api/reviews/bulk/preview', { reviews: [{ id: ANY }], verdict: 'allow', reason: 'x' }, 200, 200],
  [
    'POST',
    '/api/reviews/bulk',
    { reviews: [{ id: ANY, expectedRevision: 2 }], verdict: 'allow', reason: 'x' },
    200,
    200,
  ],
  ['POST', `/api/bulk-decisions/${ANY}/undo`, {}, 404, 404],
  ['GET', '/api/decisions', undefined, 200, 200],
  ['POST', `/api/decisions/${ANY}.3/undo`, {}, 404, 404],
  // a GET would go on until somebody ends it
  ['HEAD', '/api/live', undefined, 200, 200],
  ['HEAD', '/api/overview/live', undefined, 200, 200],
  ['GET', '/api/overview', undefined, 200, 200],
  ['GET', '/api/assets', undefined, 200, 200],
  ['GET', `/api/assets/${ANY}`, undefined, 404, 404],
  ['GET', `/api/assets/${ANY}/rendition`, undefined, 404, 404],
  ['GET', '/api/policies', undefined, 200, 200],
  ['GET', '/api/policies/live', undefined, 200, 200],
  ['GET', '/api/policies/1', undefined, 200, 200],
  ['POST', '/api/policies', DRAFT, 403, 201],
  ['POST', '/api/policies/999/publish', undefined, 403, 404],
  ['GET', '/api/policies/1/diff?against=1', undefined, 200, 200],
  ['GET', '/api/policies/999/merge', undefined, 404, 404],
  ['POST', '/api/policies/999/approve', undefined, 403, 404],
  ['POST', '/api/policies/999/refuse', { reason: 'x' }, 403, 404],
  ['GET', '/api/policy-demands', undefined, 200, 200],
  ['GET', '/api/policy-drafts', undefined, 200, 200],
  ['POST', '/api/policy-drafts', DRAFT, 403, 201],
  ['GET', `/api/policy-drafts/${ANY}`, undefined, 404, 404],
  ['GET', `/api/policy-drafts/${ANY}/merge`, undefined, 404, 404],
  ['PUT', `/api/policy-drafts/${ANY}`, { ...DRAFT, revision: 1 }, 403, 404],
  ['DELETE', `/api/policy-drafts/${ANY}?revision=1`, undefined, 403, 404],
  ['POST', `/api/policy-drafts/${ANY}/submit`, { revision: 1 }, 403, 404],
  ['POST', `/api/policy-drafts/${ANY}/replays`, {}, 403, 404],
  ['GET', `/api/policy-drafts/${ANY}/replays`, undefined, 404, 404],
  ['PUT', '/api/policies/999/schedule', { at: '2026-01-01T00:00:00Z' }, 403, 400],
  ['DELETE', '/api/policies/999/schedule', undefined, 403, 404],
  ['POST', '/api/policies/999/rollback', {}, 403, 404],
  ['POST', '/api/policies/999/replays', {}, 403, 404],
  ['GET', '/api/policies/999/replays', undefined, 404, 404],
  ['GET', `/api/replays/${ANY}`, undefined, 404, 404],
  ['POST', `/api/replays/${ANY}/cancel`, undefined, 403, 404],
  ['GET', '/api/thresholds?label=sexual.explicit&tier=fast', undefined, 200, 200],
  ['POST', '/api/thresholds/preview', { label: 'sexual.explicit', tier: 'fast', document: STARTING_POLICY }, 200, 200],
  ['GET', '/api/dead-letters', undefined, 200, 200],
  ['GET', '/api/dead-letters/17', undefined, 404, 404],
  ['POST', '/api/dead-letters/resubmit', { ids: [17], note: 'x' }, 403, 200],
  ['POST', '/api/dead-letters/discard', { reason: 'memory', note: 'x' }, 403, 200],
  ['GET', '/api/deliveries?state=failed', undefined, 200, 200],
  ['GET', '/api/endpoints', undefined, 200, 200],
  ['POST', `/api/endpoints/${ANY}/enable`, undefined, 403, 404],
  ['POST', `/api/endpoints/${ANY}/replay`, { eventId: ANY }, 403, 404],
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
  ['POST', `/api/campaigns/${ANY}/retry`, undefined, 403, 404],
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
  ['GET', '/api/client-names', undefined, 403, 200],
  ['GET', `/api/clients/${ANY}`, undefined, 403, 404],
  ['PATCH', `/api/clients/${ANY}`, { assetsPerDay: 5 }, 403, 404],
  ['GET', '/api/keys', undefined, 403, 200],
  ['POST', '/api/keys', { client: 'shop' }, 403, 201],
  ['POST', `/api/keys/${ANY}/rotate`, {}, 403, 404],
  ['POST', `/api/keys/${ANY}/revoke`, undefined, 403, 404],
  ['POST', '/api/erasures', { assetIds: [ANY] }, 403, 200],
  ['GET', `/api/erasures/${ANY}`, undefined, 403, 404],
  ['GET', '/api/persons', undefined, 403, 200],
  ['POST', '/api/persons', { name: 'eva@example.org', displayName: 'Eva', role: 'senior' }, 403, 201],
  ['GET', `/api/persons/${ANY}`, undefined, 403, 404],
  ['PATCH', `/api/persons/${ANY}`, { role: 'admin' }, 403, 404],
  ['POST', `/api/persons/${ANY}/reset`, undefined, 403, 404],
  ['GET', `/api/persons/${ANY}/sessions`, undefined, 403, 404],
  ['DELETE', `/api/persons/${ANY}/sessions`, undefined, 403, 404],
  ['GET', '/api/session', undefined, 200, 200],
  ['DELETE', '/api/session', undefined, 403, 403],
  ['POST', '/api/session/password', { current: 'x', next: 'a sentence of mine' }, 403, 403],
  ['GET', '/api/audit', undefined, 403, 200],
  ['GET', '/api/audit/export', undefined, 403, 200],
  ['GET', '/openapi.json', undefined, 200, 200],
  ['GET', '/docs', undefined, 200, 200],
  ['GET', '/docs/nothing', undefined, 404, 404],
];

/** The rows of the access table: method, path, and who may. */
async function routesInDocs(): Promise<string[]> {
  const text = await readFile(new URL('../../docs/console.md', import.meta.url), 'utf8');
  const rows = text.matchAll(/^\| `([A-Z]+) (\S+)` +\| (everybody|[a-z, ]+?) +\| \S/gm);
  return [...rows].map(([, method = '', path = '', who = '']) => `${method} ${path}: ${who}`);
}

const whoMay = (rule: AccessRule | 'open' | undefined): string =>
  rule === undefined
    ? 'nobody'
    : rule === 'open'
      ? 'everybody'
      : PERSON_ROLES.filter((role) => covers(rule.roles, role)).join(', ');

describe('the console', () => {
  it('declares for every route who may call it, as docs/console.md tells', async () => {
    const environment = { DATABASE_URL: scene.databaseUrl, LOG_LEVEL: 'silent' };
    const { app, close } = await buildConsole(readSettings(environment, '/'), createLogger('console', 'silent'));
    const routes = routesOf(app);
    await close();
    const described = routes.map(({ method, path, rule }) => `${method} ${path}: ${whoMay(rule)}`);
    expect(described.sort()).toEqual((await routesInDocs()).sort());
    const closed = routes.filter(({ rule }) => rule !== 'open');
    expect(closed).toHaveLength(ROUTES.length);
    for (const { name, rule } of closed) {
      const { roles } = rule as AccessRule;
      expect([name, roles.includes('admin'), roles.includes('client')]).toEqual([name, true, false]);
    }
  });

  it.each(ROUTES)(
    '%s %s is closed without a key, and to a client’s with all scopes but `admin`',
    async (method, path, body, moderator, admin) => {
      const status = async (holder: string | undefined): Promise<number> =>
        (await scene.ask(holder, method, path, body)).status;
      expect(await status(undefined)).toBe(401);
      expect(await status('nobody')).toBe(401);
      expect(await status('shop')).toBe(403);
      expect(await status('anna')).toBe(moderator);
      expect(await status('chief')).toBe(admin);
    },
  );

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

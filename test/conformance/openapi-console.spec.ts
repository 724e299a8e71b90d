import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isJsonObject, type Json } from '#openapi/json.js';
import { ConsoleScene } from '../medium/console-scene.js';
import { ApiDocument } from '../support/api-document.js';

const document = ApiDocument.read('openapi-console.json');
const ANY = '01890a5d-ac96-774b-bcce-b302099a8057';
const HASH = 'ab'.repeat(32);
/** Held open, or no JSON. */
const NOT_ASKED = ['/api/live', '/api/overview/live', '/metrics', '/docs'];

interface Listing {
  readonly get?: { readonly parameters?: readonly { readonly required?: boolean }[] };
}

let scene: ConsoleScene;
beforeAll(async () => {
  scene = await ConsoleScene.open();
  await scene.upload({});
});
afterAll(() => scene.close());

/** Asks, and holds the answer against the document. @returns its body */
async function ask(method: string, path: string, status: number, body?: unknown, holder = 'chief'): Promise<Json> {
  const answer = await scene.ask<Json>(holder, method, path, body);
  const contentType = answer.type === '' ? null : answer.type;
  const told = { method, path, status: answer.status, contentType, body: answer.body };
  expect({ path, status: answer.status, faults: document.faults(told) }).toEqual({ path, status, faults: [] });
  return answer.body;
}

function idOf(body: Json, ...names: string[]): string {
  const inner = names.reduce<Json>((value, name) => (isJsonObject(value) ? (value[name] ?? null) : null), body);
  return typeof inner === 'string' ? inner : '';
}

describe('what the console really answers is what docs/openapi-console.json says', () => {
  it('to whatever is listed', async () => {
    const { paths } = JSON.parse(document.text) as { readonly paths: Readonly<Record<string, Listing>> };
    const listed = Object.entries(paths).filter(
      ([path, { get }]) =>
        get !== undefined &&
        !path.includes('{') &&
        !NOT_ASKED.includes(path) &&
        (get.parameters ?? []).every(({ required }) => required !== true),
    );
    expect(listed.length).toBeGreaterThan(15);
    for (const [path] of listed) await ask('GET', path, 200);
  });

  it('to what admins make and change', async () => {
    const client = idOf(await ask('POST', '/api/clients', 201, { name: 'press', assetsPerDay: null }), 'id');
    await ask('PATCH', `/api/clients/${client}`, 200, { uploadsPerMinute: 60 });
    await ask('GET', `/api/clients/${client}`, 200);
    const key = idOf(await ask('POST', '/api/keys', 201, { holder: 'ops', scopes: ['admin'] }), 'key', 'id');
    await ask('POST', `/api/keys/${key}/rotate`, 201, { overlapHours: 0 });
    await ask('POST', `/api/keys/${key}/revoke`, 200);
    const bank = idOf(await ask('POST', '/api/banks', 201, { name: 'partner', kind: 'block' }), 'id');
    await ask('POST', `/api/banks/${bank}/entries`, 200, { entries: [{ sha256: HASH, note: 'x' }] });
    await ask('GET', `/api/banks/${bank}/entries`, 200);
    await ask('POST', `/api/banks/${bank}/lookup`, 200, { sha256: HASH });
    await ask('PATCH', `/api/banks/${bank}`, 200, { disabledUntil: null });
    const invited = { name: 'eva@example.org', displayName: 'Eva', role: 'senior' };
    const person = idOf(await ask('POST', '/api/persons', 201, invited), 'person', 'id');
    await ask('GET', `/api/persons/${person}`, 200);
    await ask('GET', `/api/persons/${person}/sessions`, 200);
    await ask('DELETE', `/api/persons/${person}/sessions`, 200);
    await ask('PUT', '/api/schedules/bulk', 200, { mode: 'size', sizeMax: 8, waitMs: 0 });
    await ask('DELETE', '/api/schedules/bulk', 200);
    await ask('POST', '/api/erasures', 200, { assetIds: [ANY] });
    await ask('POST', '/api/dead-letters/resubmit', 200, { ids: [17], note: 'x' });
    await ask('POST', '/api/dead-letters/discard', 200, { reason: 'memory', note: 'x' });
    const campaign = idOf(await ask('POST', '/api/campaigns', 201, { name: 'again' }), 'campaign', 'id');
    await ask('GET', `/api/campaigns/${campaign}`, 200);
    await ask('GET', `/api/campaigns/${campaign}/report`, 200);
  });

  it('to what it refuses', async () => {
    await ask('GET', '/api/clients', 401, undefined, 'nobody');
    await ask('GET', '/api/clients', 403, undefined, 'shop');
    await ask('GET', `/api/clients/${ANY}`, 404);
    await ask('POST', '/api/clients', 409, { name: 'shop' });
    await ask('POST', '/api/keys', 400, { client: 'shop', scopes: ['admin'] });
    await ask('POST', '/api/session', 403, { name: 'x', password: 'y' });
    await ask('GET', '/api/dead-letters/17', 404);
  });
});

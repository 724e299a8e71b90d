import { describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';

import { SignatureError } from './errors.js';
import { verify, type WebhookHeaders } from './verify-webhook.js';

const SECRET = `whsec_${Buffer.from('a secret of four and twenty b').toString('base64')}`;
const OTHER = `whsec_${Buffer.from('another secret of many bytes').toString('base64')}`;
const NOW = new Date('2026-06-01T12:00:00Z');
const EVENT = { type: 'webhook.test', timestamp: NOW.toISOString(), data: { message: 'ünïcode 🐈' } };
const BODY = JSON.stringify(EVENT);

/** Signed by the standard's own package. */
function signed(body = BODY, secrets = [SECRET], at = NOW): Record<string, string> {
  const signatures = secrets.map((secret) => new Webhook(secret).sign('event-1', at, body));
  return {
    'webhook-id': 'event-1',
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': signatures.join(' '),
  };
}

const verified = (headers: WebhookHeaders, secrets: string | string[] = SECRET, body: string | Uint8Array = BODY) =>
  verify(body, headers, secrets, { nowMs: NOW.getTime() });

describe('a webhook', () => {
  it('signed by the standard’s package is genuine, as text and as bytes', async () => {
    const event = { id: 'event-1', ...EVENT };
    expect(await verified(signed())).toEqual(event);
    expect(await verified(signed(), SECRET, Buffer.from(BODY))).toEqual(event);
    const { buffer } = new Uint8Array(Buffer.from(BODY));
    expect(await verify(buffer, signed(), SECRET, { nowMs: NOW.getTime() })).toEqual(event);
  });

  it('has its headers in any form that servers have', async () => {
    await verified(new Headers(signed()));
    const shouted = Object.entries(signed()).map(([name, value]) => [name.toUpperCase(), [value]]);
    await verified(Object.fromEntries(shouted) as Record<string, string[]>);
  });

  it('is genuine by any of several signatures and secrets', async () => {
    await verified(signed(BODY, [OTHER, SECRET]));
    await verified(signed(BODY, [OTHER]), [SECRET, OTHER]);
    await verified({ ...signed(), 'webhook-signature': `v1a,AAAA v1,!!! ${signed()['webhook-signature'] ?? ''}` });
  });

  it.each<[string, WebhookHeaders, string | string[], string]>([
    ['of another secret', signed(BODY, [OTHER]), SECRET, BODY],
    ['with a byte that differs', signed(), SECRET, BODY.replace('webhook', 'Webhook')],
    ['with another id', { ...signed(), 'webhook-id': 'event-2' }, SECRET, BODY],
    ['with another time', { ...signed(), 'webhook-timestamp': '1780315201' }, SECRET, BODY],
    ['with no signature', { ...signed(), 'webhook-signature': 'v1,' }, SECRET, BODY],
    ['with a version that nobody knows', { ...signed(), 'webhook-signature': 'v2,abcd' }, SECRET, BODY],
    ['with a header too few', { ...signed(), 'webhook-timestamp': undefined }, SECRET, BODY],
    ['that nobody may send', signed(), [], BODY],
    ['that tells no event', signed('[]'), SECRET, '[]'],
    ['that is no JSON', signed('nothing'), SECRET, 'nothing'],
  ])('%s is refused', async (_case, headers, secrets, body) => {
    await expect(verified(headers, secrets, body)).rejects.toThrow(SignatureError);
  });

  it.each([-301, 301])('of %d seconds from now is refused, sooner ones are not', async (seconds) => {
    const at = (more: number): Date => new Date(NOW.getTime() + more * 1_000);
    await expect(verified(signed(BODY, [SECRET], at(seconds)))).rejects.toThrow('too old, or from the future');
    await verified(signed(BODY, [SECRET], at(seconds - Math.sign(seconds))));
  });

  it.each(['', 'whsec_', 'whsec_???'])('is nothing without a secret: %j', async (secret) => {
    await expect(verified(signed(), secret)).rejects.toThrow(RangeError);
  });
});

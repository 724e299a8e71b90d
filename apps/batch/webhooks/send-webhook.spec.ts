import { describe, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';

import { PUBLIC_ONLY } from '#fetching/url-guard.js';
import type { LeasedDelivery } from '#persistence/delivery-store.js';

import { sendWebhook } from './send-webhook.js';

const DELIVERY: LeasedDelivery = {
  endpointId: 'e',
  eventId: 'v',
  clientId: 'shop',
  endpointChangedAt: '2026-01-01',
  url: 'https://hooks.example/',
  secrets: ['whsec_bmV3'],
  attempts: 1,
  failures: 0,
  event: { id: 'v', type: 'webhook.test', timestamp: '', data: { message: '' } },
  leasedAtMs: 0,
};

describe('a try', () => {
  it('has one limit for everything, the search for its name among it', async () => {
    const msMax = 20;
    const resolve = async (): Promise<string[]> => {
      await delay(2 * msMax);
      return ['93.184.215.14'];
    };
    const options = { resolve, allowances: PUBLIC_ONLY, httpAllowed: false, msMax };
    const tried = await sendWebhook(DELIVERY, options, new AbortController().signal);
    expect(tried).toMatchObject({ status: null, error: 'late: it took longer than 20 ms' });
  });
});

import { describe, expect, it } from '@jest/globals';

import { Problem } from '#contracts/problems.js';
import { PUBLIC_ONLY } from '#fetching/url-guard.js';
import type { Endpoint } from '#persistence/webhook-store.js';

import { KeepEndpoints } from './keep-endpoints.js';

const ENDPOINT: Endpoint = {
  id: 'e',
  clientId: 'shop',
  url: 'https://hooks.example/',
  types: [],
  state: 'enabled',
  disabledWhy: null,
  failingSince: null,
  oldSecretUntil: null,
  createdAt: new Date(0),
  changedAt: new Date(0),
};

/** Endpoints of clients, and a name server that says nothing until the test says so. */
class Scene {
  asked = 0;
  own: Endpoint[] = [];
  answer: () => void = () => undefined;
  readonly keep: KeepEndpoints;
  private readonly answered = new Promise<void>((resolve) => (this.answer = resolve));

  constructor() {
    const webhooks = {
      create: () => Promise.resolve(ENDPOINT),
      list: () => Promise.resolve(this.own),
      find: () => Promise.resolve(ENDPOINT),
      change: () => Promise.resolve(ENDPOINT),
      rotate: () => Promise.resolve(ENDPOINT),
      remove: () => Promise.resolve('removed' as const),
    };
    const resolve = async (): Promise<string[]> => {
      this.asked += 1;
      await this.answered;
      return ['93.184.215.14'];
    };
    this.keep = new KeepEndpoints(webhooks, { resolve, allowances: PUBLIC_ONLY, httpAllowed: false });
  }

  create(clientId: string): Promise<string> {
    return outcomeOf(this.keep.create(clientId, { url: ENDPOINT.url, types: [] }));
  }
}

const outcomeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof Problem ? error.code : 'failed'),
  );

describe('addresses of endpoints', () => {
  it('are looked at a few at once for each client, and no other client notices', async () => {
    const scene = new Scene();
    const all = Array.from({ length: 6 }, () => scene.create('shop'));
    all.push(scene.create('press'));
    scene.answer();
    expect(await Promise.all(all)).toEqual(['done', 'done', 'done', 'done', 'overloaded', 'overloaded', 'done']);
    expect(scene.asked).toBe(5);
  });

  it('are not looked at for a client that has enough, or for an endpoint that it has not', async () => {
    const scene = new Scene();
    expect(await outcomeOf(scene.keep.change('shop', 'other', { url: ENDPOINT.url }))).toBe('not-found');
    scene.own = Array.from({ length: 20 }, () => ENDPOINT);
    expect(await scene.create('shop')).toBe('conflict');
    expect(scene.asked).toBe(0);
  });
});

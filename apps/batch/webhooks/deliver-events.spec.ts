import { describe, expect, it } from '@jest/globals';

import type { DeliveryId, DeliveryOutcome, DeliveryRoom, LeasedDelivery } from '#persistence/delivery-store.js';

import {
  DeliverEvents,
  IN_HAND_MAX,
  IN_HAND_PER_CLIENT_MAX,
  LATE_MS,
  PER_ENDPOINT_MAX,
  PER_SLOW_ENDPOINT_MAX,
  PROMPT_MAX,
  SLOW_MAX,
} from './deliver-events.js';
import type { Tried } from './send-webhook.js';

const TAKEN: Tried = { status: 200, retryAfterMs: null, error: null, responseMs: 5 };
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Deliveries that are there to be taken, tries that end when the test says so, and what was written of them. */
class Scene {
  readonly free: (LeasedDelivery & { readonly slow: boolean })[] = [];
  nowMs = 0;
  readonly rooms: DeliveryRoom[] = [];
  readonly written: DeliveryOutcome[] = [];
  readonly handedBack: DeliveryId[] = [];
  readonly counted: string[] = [];
  isAnyDue = true;
  /** What becomes of the next writing. */
  writing: () => Promise<void> = () => Promise.resolve();
  readonly deliver: DeliverEvents;
  private readonly tries = new Map<string, { end: (tried: Tried) => void; fail: (error: Error) => void }>();

  constructor() {
    this.deliver = new DeliverEvents({
      store: {
        isAnyDue: () => Promise.resolve(this.isAnyDue),
        lease: (_token, _leaseMs, room) => {
          this.rooms.push(room);
          const mine = this.free.filter(({ slow }) => slow === room.slow).slice(0, room.most);
          for (const one of mine) this.free.splice(this.free.indexOf(one), 1);
          return Promise.resolve(mine);
        },
        settle: async (_token, outcomes) => {
          await this.writing();
          this.written.push(...outcomes);
          return [];
        },
        handBack: (_token, ids) => {
          this.handedBack.push(...ids);
          return Promise.resolve();
        },
      },
      send: ({ eventId }, signal) =>
        new Promise((resolve, reject) => {
          this.tries.set(eventId, { end: resolve, fail: reject });
          signal.addEventListener('abort', () => resolve({ ...TAKEN, status: null, error: 'late: it was given up' }));
        }),
      metrics: { tried: (outcome) => void this.counted.push(outcome), disabled: () => undefined },
      log: { warn: () => undefined, error: () => undefined },
      leaseMs: 1,
      failingMsMax: 1,
      random: () => 0,
      nowMs: () => this.nowMs,
    });
  }

  /** The last that was asked for of the prompt ones, or of the slow ones. */
  room(slow: boolean): DeliveryRoom | undefined {
    return this.rooms.filter((room) => room.slow === slow).at(-1);
  }

  add(eventId: string, slow = false, endpointId = 'e'): void {
    const event = { id: eventId, type: 'webhook.test', timestamp: '', data: { message: '' } } as const;
    this.free.push({
      endpointId,
      eventId,
      clientId: 'shop',
      endpointChangedAt: '2026-01-01',
      url: '',
      secrets: [],
      attempts: 1,
      failures: 0,
      event,
      leasedAtMs: 0,
      slow,
    });
  }

  get underWay(): string[] {
    return [...this.tries.keys()];
  }

  async end(eventId: string, tried: Tried | Error = TAKEN): Promise<void> {
    const found = this.tries.get(eventId);
    this.tries.delete(eventId);
    if (tried instanceof Error) found?.fail(tried);
    else found?.end(tried);
    await turn();
  }
}

describe('deliveries in hand', () => {
  it('are as many as there may be, and leave room for endpoints that work', async () => {
    const scene = new Scene();
    for (let made = 0; made < 200; made += 1) {
      scene.add(`good ${made}`);
      scene.add(`bad ${made}`, true);
    }
    await scene.deliver.step();
    await scene.deliver.step();
    const bad = scene.underWay.filter((id) => id.startsWith('bad'));
    expect([scene.underWay.length - bad.length, bad.length]).toEqual([PROMPT_MAX, SLOW_MAX]);
    expect(scene.rooms).toMatchObject([
      { slow: false, mostPerEndpoint: PER_ENDPOINT_MAX, mostPerClient: PROMPT_MAX / 2 },
      { slow: true, mostPerEndpoint: PER_SLOW_ENDPOINT_MAX, mostPerClient: SLOW_MAX / 2 },
    ]);
    await scene.end('good 0');
    await scene.deliver.step();
    expect(scene.underWay).toContain(`good ${PROMPT_MAX}`);
    const inHand = PROMPT_MAX + SLOW_MAX - 1;
    expect(scene.rooms.at(-1)?.loads).toEqual([
      { endpointId: 'e', clientId: 'shop', inHand, counted: PROMPT_MAX - 1, late: false },
    ]);
  });

  it('are not asked for while nothing is due', async () => {
    const scene = new Scene();
    scene.add('good');
    scene.isAnyDue = false;
    await scene.deliver.step();
    expect(scene.rooms).toEqual([]);
    scene.isAnyDue = true;
    await scene.deliver.step();
    expect(scene.underWay).toEqual(['good']);
  });

  it('that keep others waiting leave their room to them, and their endpoints count as slow meanwhile', async () => {
    const scene = new Scene();
    for (let made = 0; made < PROMPT_MAX; made += 1) scene.add(`hangs ${made}`, false, 'bad');
    await scene.deliver.step();
    scene.add('in time', false, 'good');
    await scene.deliver.step();
    expect(scene.underWay).not.toContain('in time');
    scene.nowMs = LATE_MS;
    await scene.deliver.step();
    expect(scene.underWay).toContain('in time');
    await scene.end('hangs 0');
    await scene.deliver.step();
    const [bad, good] = ['bad', 'good'].map((endpointId) => ({ endpointId, clientId: 'shop' }));
    expect(scene.room(false)?.loads).toEqual([
      { ...bad, inHand: PROMPT_MAX - 1, counted: 0, late: true },
      { ...good, inHand: 1, counted: 1, late: false },
    ]);
    // they take nothing of the slow ones' room either: what their client may have in hand bounds them
    expect(scene.room(true)).toMatchObject({ most: SLOW_MAX, mostInHandPerClient: IN_HAND_PER_CLIENT_MAX });
    scene.add('slow', true, 'slow');
    await scene.deliver.step();
    expect(scene.underWay).toContain('slow');
  });

  it('are never more than there may be connections', async () => {
    const scene = new Scene();
    for (let made = 0; made < 2 * IN_HAND_MAX; made += 1) scene.add(`hangs ${made}`);
    for (let step = 0; step < 10; step += 1) {
      await scene.deliver.step();
      scene.nowMs += LATE_MS;
    }
    expect(scene.underWay).toHaveLength(IN_HAND_MAX);
  });

  it.each([
    [2_000, false],
    [2_001, true],
  ])('that were answered after %d ms were slow: %p', async (responseMs, slow) => {
    const scene = new Scene();
    scene.add('a');
    await scene.deliver.step();
    await scene.end('a', { ...TAKEN, responseMs });
    await scene.deliver.step();
    expect(scene.written).toMatchObject([{ eventId: 'a', slow }]);
  });

  it('are written down once, those that end while others are written, too', async () => {
    const scene = new Scene();
    scene.add('a');
    scene.add('b');
    await scene.deliver.step();
    await scene.end('a');
    scene.writing = () => scene.end('b');
    await scene.deliver.step();
    scene.writing = () => Promise.resolve();
    await scene.deliver.step();
    expect(scene.written.map(({ eventId }) => eventId)).toEqual(['a', 'b']);
    expect(scene.counted).toEqual(['delivered', 'delivered']);
  });

  it('are kept in mind while the database is late, and take up their room', async () => {
    const scene = new Scene();
    scene.add('a');
    await scene.deliver.step();
    await scene.end('a');
    scene.writing = () => Promise.reject(new Error('late'));
    await expect(scene.deliver.step()).rejects.toThrow('late');
    scene.writing = () => Promise.resolve();
    await scene.deliver.step();
    expect(scene.written).toMatchObject([{ eventId: 'a', after: { state: 'delivered' }, status: 200 }]);
  });

  it('that a defect of ours ends are failures, and no more is told of it', async () => {
    const scene = new Scene();
    scene.add('a');
    await scene.deliver.step();
    await scene.end('a', new Error('a secret of ours'));
    await scene.deliver.step();
    expect(scene.written).toMatchObject([
      { after: { state: 'waiting' }, status: null, error: 'the service made an error' },
    ]);
  });

  it('are handed back when the service ends, but for those that have ended', async () => {
    const scene = new Scene();
    scene.add('a');
    scene.add('b');
    await scene.deliver.step();
    await scene.end('a');
    await scene.deliver.stop(0);
    expect(scene.written.map(({ eventId }) => eventId)).toEqual(['a']);
    expect(scene.handedBack).toMatchObject([{ endpointId: 'e', eventId: 'b' }]);
  });
});

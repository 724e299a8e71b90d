import { afterEach, describe, expect, it } from '@jest/globals';

import type { LiveQueue as QueueState } from '#contracts/review-answer.js';
import type { Listener } from '#persistence/review-live-store.js';

import { eventually } from '../../../test/support/eventually.js';
import { LiveQueue } from './live-queue.js';
import { UNTAKEN_BYTES_MAX, type StreamOut } from './live-stream.js';
import { STREAMS_PER_PERSON_MAX } from './stream-places.js';

/** A page that listens. */
class Page implements StreamOut {
  text = '';
  writableLength = 0;
  isGone = false;
  private readonly listeners: (() => void)[] = [];

  write(text: string): boolean {
    this.text += text;
    return true;
  }

  end(): void {
    this.destroy();
  }

  destroy(): void {
    if (this.isGone) return;
    this.isGone = true;
    for (const listener of this.listeners) listener();
  }

  once(_event: 'close', listener: () => void): void {
    this.listeners.push(listener);
  }

  get heads(): unknown[] {
    return [...this.text.matchAll(/^data: (.*)$/gm)].map(([, data = '']) => (JSON.parse(data) as QueueState).head);
  }
}

const COUNTS = {
  open: 1,
  claimed: 0,
  held: 0,
  escalated: 0,
  mine: 0,
  green: 1,
  amber: 0,
  red: 0,
  lateBlocks: 0,
  more: false,
};
const HOUR_MS = 3_600_000;
const ANN: Listener & { holder: string } = { id: 's1', role: 'moderator', holder: 'ann' };

class World {
  head = 'a';
  looks = 0;
  working: Listener[] = [ANN];
  isLate = false;
  errors = 0;
  readonly queue: LiveQueue;

  constructor(pollMs: number) {
    this.queue = new LiveQueue({
      pollMs,
      look: () => {
        this.looks += 1;
        return this.isLate ? Promise.reject(new Error('late')) : Promise.resolve({ counts: COUNTS, head: this.head });
      },
      listeners: () => Promise.resolve(this.working),
      onError: () => {
        this.errors += 1;
      },
    });
  }

  open(who = ANN): Page {
    const page = new Page();
    this.queue.admit(who.holder);
    this.queue.hold(who, page);
    return page;
  }
}

let world = new World(1);
afterEach(() => world.queue.stop());
function begin(pollMs = 1): World {
  world = new World(pollMs);
  world.queue.start();
  return world;
}

describe('who listens to the queue', () => {
  it('is told how it stands, and when that changes, and nothing twice', async () => {
    const begun = begin();
    const page = world.open();
    await eventually('it is told', () => page.heads.length === 1);
    const looked = world.looks;
    await eventually('it is looked at again', () => world.looks > looked + 3);
    world.head = 'b';
    await eventually('it is told again', () => page.heads.length === 2);
    expect(page.heads).toEqual(['a', 'b']);
    expect(begun.errors).toBe(0);
  });

  it('costs one look, however many listen', async () => {
    begin(HOUR_MS);
    const pages = Array.from({ length: STREAMS_PER_PERSON_MAX }, () => world.open());
    await eventually('all are told', () => pages.every(({ heads }) => heads.length === 1));
    expect(world.looks).toBe(1);
  });

  it('costs none while nobody does', async () => {
    begin();
    const page = world.open();
    await eventually('it is told', () => page.heads.length === 1);
    page.destroy();
    let before = -1;
    await eventually('nobody looks', () => {
      const isStill = world.looks === before;
      before = world.looks;
      return isStill;
    });
  });

  it('hears no more once signed out, or given another role', async () => {
    begin();
    const bob = { id: 's2', role: 'moderator' as const, holder: 'bob' };
    const [ann, other] = [world.open(), world.open(bob)];
    await eventually('bob, who is not known, is gone', () => other.isGone);
    expect(ann.isGone).toBe(false);
    world.working = [{ id: 's1', role: 'senior' }];
    await eventually('ann is gone', () => ann.isGone);
  });

  it('hears again after the database was late', async () => {
    begin();
    const page = world.open();
    await eventually('it is told', () => page.heads.length === 1);
    world.isLate = true;
    await eventually('a look failed', () => world.errors > 0);
    world.head = 'b';
    world.isLate = false;
    await eventually('it is told', () => page.heads.length === 2);
  });

  it('is told how it stands as fast as it takes that, and holds up nobody', async () => {
    begin();
    const [slow, quick] = [world.open(), world.open()];
    await eventually('both are told', () => slow.heads.length + quick.heads.length === 2);
    slow.writableLength = UNTAKEN_BYTES_MAX + 1;
    for (const head of ['b', 'c']) {
      world.head = head;
      await eventually('the quick one is told', () => quick.heads.at(-1) === head);
    }
    expect([slow.heads, slow.isGone]).toEqual([['a'], false]);
    slow.writableLength = 0;
    await eventually('the slow one is told', () => slow.heads.length === 2);
    expect(slow.heads).toEqual(['a', 'c']);
  });

  it('may not open more than a person needs', () => {
    begin();
    for (let opened = 0; opened < STREAMS_PER_PERSON_MAX; opened += 1) world.open();
    expect(() => world.open()).toThrow('too-many-streams');
    expect(() => world.open({ ...ANN, holder: 'bob' })).not.toThrow();
  });
});

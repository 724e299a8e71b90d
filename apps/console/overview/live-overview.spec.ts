import { afterEach, describe, expect, it } from '@jest/globals';

import type { OverviewAnswer } from '#contracts/overview-answer.js';
import type { OverviewWindow } from '#moderation/overview/windows.js';

import { eventually } from '../../../test/support/eventually.js';
import type { StreamOut } from '../live/live-stream.js';
import { StreamPlaces, STREAMS_PER_PERSON_MAX } from '../live/stream-places.js';
import { LiveOverview } from './live-overview.js';

/** A page that listens. */
class Page implements StreamOut {
  text = '';
  readonly writableLength = 0;
  private readonly listeners: (() => void)[] = [];

  write(text: string): boolean {
    this.text += text;
    return true;
  }

  end(): void {
    this.destroy();
  }

  destroy(): void {
    for (const listener of this.listeners.splice(0)) listener();
  }

  once(_event: 'close', listener: () => void): void {
    this.listeners.push(listener);
  }

  get told(): string[] {
    return [...this.text.matchAll(/^event: overview\ndata: (.*)$/gm)].map(([, data = '']) => data);
  }
}

class World {
  nowMs = 0;
  isLate = false;
  readonly read: OverviewWindow[] = [];
  readonly live = new LiveOverview({
    read: (window) => {
      this.read.push(window);
      if (this.isLate) return Promise.reject(new Error('late'));
      const answer: unknown = { window, number: this.read.length };
      return Promise.resolve(answer as OverviewAnswer);
    },
    nowMs: () => this.nowMs,
    places: new StreamPlaces(),
    listeners: (ids) => Promise.resolve(ids.map((id) => ({ id, role: 'moderator' }))),
    onError: () => undefined,
  });

  open(window: OverviewWindow, holder: string): Page {
    const page = new Page();
    this.live.feed(window).admit(holder);
    this.live.feed(window).hold({ id: holder, role: 'moderator', holder }, page);
    return page;
  }
}

let world = new World();
afterEach(() => world.live.stop());

describe('figures of a window', () => {
  it('are read once, however many listen and ask', async () => {
    world = new World();
    world.live.start();
    const pages = ['ann', 'bob', 'eve'].flatMap((holder) =>
      Array.from({ length: STREAMS_PER_PERSON_MAX }, () => world.open('1h', holder)),
    );
    await eventually('all are told', () => pages.every(({ told }) => told.length === 1));
    const asked = await Promise.all([world.live.read('1h'), world.live.read('1h')]);
    expect(world.read).toEqual(['1h']);
    expect(new Set([...pages.map(({ told }) => told[0]), ...asked.map((one) => JSON.stringify(one))]).size).toBe(1);
  });

  it('are read for each window by itself, and places are shared', async () => {
    world = new World();
    world.live.start();
    const pages = Array.from({ length: STREAMS_PER_PERSON_MAX - 1 }, () => world.open('15m', 'ann'));
    const last = world.open('7d', 'ann');
    await eventually('both are told', () => last.told.length + (pages[0]?.told.length ?? 0) === 2);
    expect([...world.read].sort()).toEqual(['15m', '7d']);
    expect(() => world.open('24h', 'ann')).toThrow('too-many-streams');
    last.destroy();
    expect(() => world.open('24h', 'ann')).not.toThrow();
  });

  it('are not read while nobody looks', async () => {
    world = new World();
    world.live.start();
    const page = world.open('1h', 'ann');
    await eventually('it is told', () => page.told.length === 1);
    page.destroy();
    world.nowMs += 3_600_000;
    world.open('15m', 'ann');
    await eventually('the other window is read', () => world.read.length === 2);
    expect(world.read).toEqual(['1h', '15m']);
  });

  it('are not read twice at a time, however long it takes', async () => {
    world = new World();
    const first = world.live.read('7d');
    world.nowMs += 3_600_000;
    expect(await world.live.read('7d')).toBe(await first);
    expect(world.read).toEqual(['7d']);
  });

  it('are read anew after a time, and after a fault at once', async () => {
    world = new World();
    await world.live.read('1h');
    world.nowMs += 5_000;
    await world.live.read('1h');
    world.nowMs += 5_000;
    world.isLate = true;
    await expect(world.live.read('1h')).rejects.toThrow('late');
    world.isLate = false;
    await world.live.read('1h');
    expect(world.read.length).toBe(4);
  });
});

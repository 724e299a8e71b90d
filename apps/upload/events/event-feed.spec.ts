import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import type { EventsBehind, EventSpan, PlacedEvent } from '#persistence/event-stream-store.js';

import { eventually } from '../../../test/support/eventually.js';
import { FakeOut, placed, SHOP } from '../../../test/support/fake-stream-out.js';
import { EventFeed } from './event-feed.js';
import { EventStream, UNTAKEN_BYTES_MAX } from './event-stream.js';

/** What has happened, and who has asked for it. Answers come a turn later, as a database's do. */
class History {
  readonly events: PlacedEvent[] = [];
  looks = 0;
  pages = 0;
  late = false;

  happen(count: number, note = ''): void {
    for (let made = 0; made < count; made += 1) this.events.push(placed(this.events.length + 1, { data: { note } }));
  }

  async behind(after: number, most: number): Promise<EventsBehind> {
    this.looks += 1;
    const seen = [...this.events];
    await turn();
    if (this.late) throw new Error('late');
    return { head: seen.length, events: seen.slice(after, after + most) };
  }

  async of(clientId: string, { after, upTo }: EventSpan, most: number): Promise<PlacedEvent[]> {
    this.pages += 1;
    const seen = this.events.slice(after, upTo).filter((event) => event.clientId === clientId);
    await turn();
    return seen.slice(0, most);
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

let feed: EventFeed | undefined;
let errors: unknown[] = [];
afterEach(() => feed?.stop());

function feedOf(history: History): EventFeed {
  errors = [];
  feed = new EventFeed(history, { onError: (error) => errors.push(error), pollMs: 1 });
  feed.start();
  return feed;
}

const read = (place: number, clientId = SHOP): { stream: EventStream; out: FakeOut } => {
  const out = new FakeOut();
  return { out, stream: new EventStream({ clientId, keyId: 'key', types: undefined }, out, place) };
};

const numbers = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => String(from + index));

describe('the feed of a process', () => {
  it('asks nothing while nobody reads', async () => {
    const history = new History();
    const opened = feedOf(history);
    for (let turns = 0; turns < 20; turns += 1) await turn();
    expect(history.looks).toBe(0);
    await opened.head();
    expect(history.looks).toBeGreaterThan(0);
  });

  it('gives a reader who comes back what it has missed, page by page, and then what happens', async () => {
    const history = new History();
    history.happen(350);
    const opened = feedOf(history);
    const { stream, out } = read(20);
    await opened.join(stream);
    history.happen(3);
    await eventually('it has all', () => out.ids.length === 333);
    expect(out.ids).toEqual(numbers(21, 353));
    expect(history.pages).toBe(4);
  });

  it('looks once for two hundred readers', async () => {
    const history = new History();
    const opened = feedOf(history);
    const place = await opened.head();
    const readers = Array.from({ length: 200 }, () => read(place));
    await Promise.all(readers.map(({ stream }) => opened.join(stream)));
    const before = history.looks;
    history.happen(10);
    await eventually('all have all', () => readers.every(({ out }) => out.ids.length === 10));
    expect(history.pages).toBe(0);
    expect(history.looks - before).toBeLessThan(200);
  });

  it('drops no reader for what happens at once, however much that is', async () => {
    const history = new History();
    const opened = feedOf(history);
    const { stream, out } = read(await opened.head());
    out.takes = 'later';
    await opened.join(stream);
    history.happen(1_200, 'x'.repeat(1_000));
    await eventually('it has all', () => out.ids.length === 1_200);
    expect(out.ids).toEqual(numbers(1, 1_200));
    expect([out.most < UNTAKEN_BYTES_MAX, stream.endedBy]).toEqual([true, undefined]);
  });

  it('goes on with the others while one is behind, who goes on when it has taken what there is', async () => {
    const history = new History();
    const opened = feedOf(history);
    const place = await opened.head();
    const [slow, quick] = [read(place), read(place)];
    slow.out.takes = false;
    await Promise.all([slow, quick].map(({ stream }) => opened.join(stream)));
    history.happen(2_000);
    await eventually('the quick one has all', () => quick.out.ids.length === 2_000);
    expect(slow.out.ids.length).toBeLessThan(2_000);
    expect(slow.out.writableLength).toBeLessThan(2 * UNTAKEN_BYTES_MAX);
    slow.out.drain();
    await eventually('the slow one has all', () => slow.out.ids.length === 2_000);
    expect(slow.out.ids).toEqual(numbers(1, 2_000));
    history.happen(1);
    await eventually('both follow', () => [slow, quick].every(({ out }) => out.ids.length === 2_001));
  });

  it('follows nobody any more who was dropped while behind, and asks nothing then', async () => {
    const history = new History();
    const opened = feedOf(history);
    const { stream, out } = read(await opened.head());
    out.takes = false;
    await opened.join(stream);
    history.happen(2_000);
    await eventually('it is behind', () => out.writableLength > UNTAKEN_BYTES_MAX);
    out.destroy();
    opened.leave(stream);
    let before = -1;
    await eventually('nobody looks', () => {
      const isStill = history.looks === before;
      before = history.looks;
      return isStill;
    });
  });

  it('waits while the database is late, and then misses nothing', async () => {
    const history = new History();
    const opened = feedOf(history);
    const { stream, out } = read(await opened.head());
    await opened.join(stream);
    history.late = true;
    await eventually('it hears of it', () => errors.length > 0);
    history.happen(5);
    await turn();
    expect(out.ids).toEqual([]);
    history.late = false;
    await eventually('it has them', () => out.ids.length === 5);
  });

  it('tells who comes while the database is late that it is, and who comes when it ends', async () => {
    const history = new History();
    history.late = true;
    const opened = feedOf(history);
    await expect(opened.head()).rejects.toThrow('late');
    await opened.stop();
    await expect(opened.head()).rejects.toThrow('the service ends');
  });

  it('misses nothing and gives nothing twice, however readers come, break off and come back', async () => {
    const steps = fc.array(
      fc.oneof(
        fc.record({ do: fc.constant('happen' as const), count: fc.integer({ min: 1, max: 150 }) }),
        fc.record({ do: fc.constantFrom('come' as const, 'break' as const, 'turn' as const) }),
      ),
      { maxLength: 30 },
    );
    const property = fc.asyncProperty(steps, async (sequence) => {
      const history = new History();
      const opened = feedOf(history);
      const place = await opened.head();
      let open: ReturnType<typeof read> | undefined;
      const had: string[] = [];
      const leave = (): void => {
        if (open === undefined) return;
        open.out.destroy();
        opened.leave(open.stream);
        had.push(...open.out.ids);
        open = undefined;
      };
      const come = (): void => {
        open ??= read(had.length === 0 ? place : Number(had.at(-1)));
        void opened.join(open.stream);
      };
      for (const step of sequence) {
        if (step.do === 'happen') history.happen(step.count);
        else if (step.do === 'break') leave();
        else if (step.do === 'come' && open === undefined) come();
        else await turn();
      }
      if (open === undefined) come();
      const all = (): string[] => [...had, ...(open?.out.ids ?? [])];
      await eventually('it has all', () => all().length >= history.events.length);
      expect(all()).toEqual(numbers(1, history.events.length));
      await opened.stop();
    });
    await fc.assert(property, { numRuns: 60 });
  });
});

import { describe, expect, it, jest } from '@jest/globals';

import { FakeOut, placed, SHOP } from '../../../test/support/fake-stream-out.js';
import { EventStream, TAKE_MS_MAX, UNTAKEN_BYTES_MAX } from './event-stream.js';

const streamOf = (out: FakeOut, place = 0, types?: readonly ('asset.final' | 'asset.superseded')[]): EventStream =>
  new EventStream({ clientId: SHOP, keyId: 'key', types }, out, place);

describe('a stream', () => {
  it("writes its client's events behind its place, each once", () => {
    const out = new FakeOut();
    const stream = streamOf(out, 2);
    stream.offer([placed(2), placed(3), placed(4, { clientId: 'another' }), placed(5)]);
    stream.offer([placed(3), placed(5), placed(6)]);
    expect(out.ids).toEqual(['3', '5', '6']);
    expect(stream.place).toBe(6);
  });

  it('writes what the standard reads: id, type and one line of data', () => {
    const out = new FakeOut();
    const stream = streamOf(out);
    stream.open('0');
    stream.offer([placed(1)]);
    stream.beat(0);
    expect(out.text).toBe(
      'retry: 2000\nid: 0\n\nid: 1\nevent: asset.final\ndata: {"type":"asset.final","timestamp":"2026-06-01T12:00:00.000Z","data":{"note":"a\\nb"}}\n\n: \n\n',
    );
  });

  it('writes the types that are asked for only', () => {
    const out = new FakeOut();
    streamOf(out, 0, ['asset.superseded']).offer([placed(1), placed(2, { type: 'asset.superseded' })]);
    expect(out.ids).toEqual(['2']);
  });

  it('tells with its beats the id to come back behind, where that moves without an event that is written', () => {
    const out = new FakeOut();
    const stream = streamOf(out, 0, ['asset.superseded']);
    stream.open('0');
    stream.offer([placed(1), placed(2), placed(3, { clientId: 'another' })]);
    stream.beat(0);
    stream.beat(0);
    stream.offer([placed(4), placed(5, { type: 'asset.superseded' })]);
    stream.beat(0);
    expect(out.ids).toEqual(['0', '2', '5']);
    expect(out.text).toContain('\n\nid: 2\n\n: \n\nid: 5\nevent: ');
  });

  it('renews an id that stands for no event, so that a client without events may stay as long as it likes', () => {
    const [out, hourMs, beganMs] = [new FakeOut(), 3_600_000, Date.UTC(2026, 5, 1)];
    const stream = streamOf(out);
    const idAt = (ms: number): string =>
      ms
        .toString(16)
        .padStart(12, '0')
        .replace(/^(.{8})(.{4})$/, '$1-$2-3000-0000-000000000000');
    stream.open(idAt(beganMs));
    stream.beat(beganMs + hourMs);
    stream.beat(beganMs + 3 * hourMs);
    stream.beat(beganMs + 4 * hourMs);
    expect(out.ids).toEqual([idAt(beganMs), idAt(beganMs + 2 * hourMs)]);
  });

  it('tells a reader who is behind no more until it has taken what there is', async () => {
    const out = new FakeOut();
    out.takes = false;
    const stream = streamOf(out);
    const all = Array.from({ length: 2_000 }, (_, index) => placed(index + 1));
    expect(stream.offer(all)).toBe(false);
    expect(out.writableLength).toBeGreaterThan(UNTAKEN_BYTES_MAX);
    expect(out.writableLength).toBeLessThan(UNTAKEN_BYTES_MAX + 1_000);
    const { length } = out.ids;
    expect([stream.place, stream.offer(all)]).toEqual([length, false]);
    const taken = stream.taken();
    out.drain();
    await taken;
    expect(stream.offer(all)).toBe(true);
    expect(out.ids).toEqual(all.map(({ id }) => id));
  });

  it('waits for nobody who is not behind: what is on its way makes no difference', async () => {
    const out = new FakeOut();
    out.takes = false;
    const stream = streamOf(out);
    stream.offer([placed(1)]);
    await stream.taken();
    expect([stream.isClosed, out.destroyed]).toEqual([false, false]);
  });

  it('drops a reader who is behind and takes nothing, and writes nothing more to it', async () => {
    jest.useFakeTimers();
    try {
      const { out, stream } = behind();
      const taken = stream.taken();
      jest.advanceTimersByTime(TAKE_MS_MAX - 1);
      expect(out.destroyed).toBe(false);
      jest.advanceTimersByTime(1);
      await taken;
      expect([out.destroyed, stream.endedBy]).toEqual([true, 'slow']);
      const { length } = out.text;
      expect(stream.offer([placed(1_000_000)])).toBe(true);
      stream.beat(0);
      expect(out.text).toHaveLength(length);
    } finally {
      jest.useRealTimers();
    }
  });

  it('waits no longer for a reader who has left', async () => {
    const { out, stream } = behind();
    const taken = stream.taken();
    out.destroy();
    await taken;
    expect([stream.isClosed, stream.endedBy]).toEqual([true, undefined]);
  });
});

/** A stream whose reader takes nothing and has been told enough. */
function behind(): { out: FakeOut; stream: EventStream } {
  const out = new FakeOut();
  out.takes = false;
  const stream = streamOf(out);
  for (let seq = 1; stream.offer([placed(seq)]); seq += 1);
  return { out, stream };
}

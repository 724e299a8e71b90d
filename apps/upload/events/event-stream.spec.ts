import { describe, expect, it } from '@jest/globals';

import { FakeOut, placed, SHOP } from '../../../test/support/fake-stream-out.js';
import { EventStream, UNTAKEN_BYTES_MAX } from './event-stream.js';

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
    stream.open();
    stream.offer([placed(1)]);
    stream.beat();
    expect(out.text).toBe(
      'retry: 2000\n\nid: 1\nevent: asset.final\ndata: {"type":"asset.final","timestamp":"2026-06-01T12:00:00.000Z","data":{"note":"a\\nb"}}\n\n: \n\n',
    );
  });

  it('writes the types that are asked for only', () => {
    const out = new FakeOut();
    streamOf(out, 0, ['asset.superseded']).offer([placed(1), placed(2, { type: 'asset.superseded' })]);
    expect(out.ids).toEqual(['2']);
  });

  it('drops a reader who takes nothing, once the bound is passed, and writes nothing more to it', () => {
    const out = new FakeOut();
    out.takes = false;
    const stream = streamOf(out);
    for (let seq = 1; !out.destroyed; seq += 1) stream.offer([placed(seq)]);
    expect(out.writableLength).toBeGreaterThan(UNTAKEN_BYTES_MAX);
    expect(out.writableLength).toBeLessThan(UNTAKEN_BYTES_MAX + 1_000);
    const { length } = out.text;
    stream.offer([placed(1_000_000)]);
    stream.beat();
    expect(out.text).toHaveLength(length);
    expect(stream.endedBy).toBe('slow');
  });
});

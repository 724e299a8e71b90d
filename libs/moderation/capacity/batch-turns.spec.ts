import fc from 'fast-check';
import { describe, expect, it } from '@jest/globals';

import { TRAFFIC_CLASSES, type TrafficClass } from '../words.js';
import { BatchTurns, type Ready, type Turn } from './batch-turns.js';

/** u, n and b stand for the classes: a letter for a batch, and one with a mark for what was tried before. */
const ready = (words: string): Ready[] =>
  TRAFFIC_CLASSES.map((trafficClass) => {
    const letter = trafficClass.slice(0, 1);
    const said = words.split(' ');
    return { trafficClass, fresh: said.includes(letter), tried: said.includes(`${letter}'`) };
  });

const told = (turn: Turn | undefined): string =>
  turn === undefined ? '-' : `${turn.trafficClass.slice(0, 1)}${turn.take === 'tried' ? "'" : ''}`;

describe('whose turn it is', () => {
  it.each([
    ['', '-'],
    ['b n u', 'u'],
    ['b n', 'n'],
    ["b' n", 'n'],
    ["n' n b", "n'"],
    ["u' n", "u'"],
    ["b'", "b'"],
  ])('of %j is %s: the most urgent class, and in it what was tried before', (words, expected) => {
    expect(told(new BatchTurns().next(ready(words)))).toBe(expected);
  });

  it('is after eight batches of others in a row that of any class that waits', () => {
    const turns = new BatchTurns();
    const order = Array.from({ length: 28 }, () => told(turns.next(ready('u n b')))).join('');
    expect(order).toBe('uuuuuuuunbuuuuuuunbuuuuuuunb');
  });

  it('is after sixteen looks at single assets that of a batch, where one is ready', () => {
    const turns = new BatchTurns();
    const order = Array.from({ length: 35 }, () => told(turns.next(ready("n n'"))));
    expect(order.map((one) => one === 'n')).toEqual(Array.from({ length: 35 }, (_, index) => index % 17 === 16));
    const alone = new BatchTurns();
    for (let n = 0; n < 40; n += 1) expect(told(alone.next(ready("n'")))).toBe("n'");
  });

  it('comes to every class that goes on waiting, within eighteen batches', () => {
    const one = fc.constantFrom<Ready>(
      ...TRAFFIC_CLASSES.flatMap((trafficClass) => [
        { trafficClass, fresh: true, tried: false },
        { trafficClass, fresh: true, tried: true },
      ]),
    );
    const rounds = fc.array(fc.array(one, { maxLength: 3 }), { minLength: 18, maxLength: 18 });
    fc.assert(
      fc.property(fc.constantFrom(...TRAFFIC_CLASSES), rounds, (waiting: TrafficClass, others) => {
        const turns = new BatchTurns();
        const had = others.map((round) => {
          const beside = round.filter(({ trafficClass }) => trafficClass !== waiting);
          return turns.next([{ trafficClass: waiting, fresh: true, tried: false }, ...beside])?.trafficClass;
        });
        expect(had).toContain(waiting);
      }),
    );
  });
});

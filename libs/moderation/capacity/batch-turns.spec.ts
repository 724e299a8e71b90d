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

/** The turn that there is, and somebody has it. */
function take(turns: BatchTurns, all: readonly Ready[]): Turn | undefined {
  const turn = turns.next(all);
  if (turn !== undefined) turns.had(turn, all);
  return turn;
}

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
    const order = Array.from({ length: 28 }, () => told(take(turns, ready('u n b')))).join('');
    expect(order).toBe('uuuuuuuunbuuuuuuunbuuuuuuunb');
  });

  it('is after sixteen looks at single assets that of a batch, where one is ready', () => {
    const turns = new BatchTurns();
    const order = Array.from({ length: 35 }, () => told(take(turns, ready("n n'"))));
    expect(order.map((one) => one === 'n')).toEqual(Array.from({ length: 35 }, (_, index) => index % 17 === 16));
    const alone = new BatchTurns();
    for (let n = 0; n < 40; n += 1) expect(told(take(alone, ready("n'")))).toBe("n'");
  });

  it('stays the same until somebody has had it', () => {
    const turns = new BatchTurns();
    for (let vain = 0; vain < 40; vain += 1) expect(told(turns.next(ready("u n n' b")))).toBe('u');
    for (let vain = 0; vain < 40; vain += 1) expect(told(turns.next(ready("n n' b")))).toBe("n'");
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
          return take(turns, [{ trafficClass: waiting, fresh: true, tried: false }, ...beside])?.trafficClass;
        });
        expect(had).toContain(waiting);
      }),
    );
  });
});

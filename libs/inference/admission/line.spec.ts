import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import type { TrafficClass } from '#moderation/words.js';
import { AdmissionLine } from './line.js';
import type { PathTicket, Ticket, ViewsTicket } from './ticket.js';
import { ClassifierFailed } from '../classifier/errors.js';

const nobody = (): void => undefined;

function ticket(trafficClass: TrafficClass, deadlineAtMs: number, path = ''): PathTicket {
  const base = { trafficClass, deadlineAtMs, weight: 1, arrivedAtMs: 0, resolve: nobody, reject: nobody };
  return { ...base, kind: 'path', path, perceptual: false, failedOnce: undefined };
}

function views(count: number, deadlineAtMs = 100, trafficClass: TrafficClass = 'normal'): ViewsTicket {
  const base = { trafficClass, deadlineAtMs, arrivedAtMs: 0, resolve: nobody, reject: nobody };
  return { ...base, kind: 'views', weight: count, views: Array.from({ length: count }, () => new Uint8Array(1)) };
}

const spared = (path: string): PathTicket => ({
  ...ticket('normal', 100, path),
  failedOnce: new ClassifierFailed('crashed', 'signal 11'),
});

function lineOf(tickets: readonly Ticket[], batchMaxBy: (deadlineAtMs: number) => number = () => 64): AdmissionLine {
  const line = new AdmissionLine(batchMaxBy);
  for (const one of tickets) line.add(one);
  return line;
}

const words = (tickets: readonly Ticket[]): string[] =>
  tickets.map((one) => (one.kind === 'path' ? one.path : `${one.views.length} views`));

function takeAll(line: AdmissionLine, sizeMax: number): string[][] {
  const batches: string[][] = [];
  while (line.size > 0) batches.push(words(line.take(sizeMax)));
  return batches;
}

describe('the order', () => {
  it('of live traffic is urgent first, then by deadline, then by arrival', () => {
    const line = lineOf([
      ticket('normal', 50, 'n50'),
      ticket('normal', 20, 'n20'),
      ticket('urgent', 90, 'u90'),
      ticket('normal', 20, 'n20 later'),
      ticket('urgent', 30, 'u30'),
    ]);
    expect(words(line.take(9))).toEqual(['u30', 'u90', 'n20', 'n20 later', 'n50']);
  });

  it('lets one of bulk go after nine of live', () => {
    const live = Array.from({ length: 20 }, (_, index) => ticket('normal', 100, `n${index}`));
    const bulk = Array.from({ length: 4 }, (_, index) => ticket('bulk', 10, `b${index}`));
    const gone = takeAll(lineOf([...bulk, ...live]), 4).flat();
    expect(gone.indexOf('b0')).toBe(9);
    expect(gone.indexOf('b1')).toBe(19);
    expect(gone.slice(20)).toEqual(['n18', 'n19', 'b2', 'b3']);
  });

  it('gives bulk all where no live waits', () => {
    expect(takeAll(lineOf([ticket('bulk', 9, 'b9'), ticket('bulk', 5, 'b5')]), 1)).toEqual([['b5'], ['b9']]);
  });
});

describe('the shares', () => {
  const traffic = fc.array(
    fc.tuple(fc.constantFrom<TrafficClass>('urgent', 'normal', 'bulk'), fc.integer({ max: 99 })),
    {
      minLength: 1,
      maxLength: 120,
    },
  );

  it('hold while both wait: bulk has a tenth, and never waits for more than nine', () => {
    fc.assert(
      fc.property(traffic, fc.integer({ min: 1, max: 8 }), (arrivals, sizeMax) => {
        const line = lineOf(arrivals.map(([trafficClass, deadlineAtMs]) => ticket(trafficClass, deadlineAtMs)));
        let [live, bulk] = [0, 0];
        while (line.bulkWeight > 0 && line.weight > line.bulkWeight) {
          const [gone] = line.take(1);
          if (gone?.trafficClass === 'bulk') bulk += 1;
          else live += 1;
          expect(9 * bulk).toBeLessThanOrEqual(live);
          expect(live).toBeLessThanOrEqual(9 * (bulk + 1));
        }
        expect(takeAll(line, sizeMax).every((batch) => batch.length <= sizeMax)).toBe(true);
      }),
    );
  });

  it('count the views of a call, not calls', () => {
    const bulk = views(2, 100, 'bulk');
    const live = Array.from({ length: 30 }, (_, index) => ticket('normal', 100, `n${index}`));
    expect(
      takeAll(lineOf([bulk, ...live]), 1)
        .flat()
        .indexOf('2 views'),
    ).toBe(18);
  });
});

describe('a batch', () => {
  it('is as large as the earliest deadline in it allows', () => {
    const by = (deadlineAtMs: number): number => (deadlineAtMs < 50 ? 2 : 4);
    const tickets = [ticket('urgent', 90, 'u90'), ticket('normal', 40, 'n40'), ticket('normal', 60, 'n60')];
    expect(takeAll(lineOf(tickets, by), 8)).toEqual([['u90', 'n40'], ['n60']]);
  });

  it('does not take in whom it would make late', () => {
    const by = (deadlineAtMs: number): number => (deadlineAtMs < 50 ? 1 : 4);
    const tickets = [ticket('urgent', 90, 'u90'), ticket('normal', 40, 'n40'), ticket('normal', 60, 'n60')];
    expect(takeAll(lineOf(tickets, by), 8)).toEqual([['u90'], ['n40'], ['n60']]);
  });

  it('of views is theirs alone, and so is that of an image that was in a failed one', () => {
    const tickets = [
      ticket('normal', 10, 'a'),
      views(2, 20),
      ticket('normal', 30, 'b'),
      spared('c'),
      ticket('bulk', 1, 'd'),
    ];
    expect(takeAll(lineOf(tickets), 8)).toEqual([['a'], ['2 views'], ['b'], ['c'], ['d']]);
  });
});

describe('the position of an arrival', () => {
  it('is the weight that would go before it, its own class and others', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom<TrafficClass>('urgent', 'normal', 'bulk'), fc.nat({ max: 99 })), {
          maxLength: 80,
        }),
        fc.constantFrom<TrafficClass>('urgent', 'normal', 'bulk'),
        fc.nat({ max: 99 }),
        fc.nat({ max: 30 }),
        (waiting, trafficClass, deadlineAtMs, goneBefore) => {
          const line = lineOf(waiting.map(([each, deadline]) => ticket(each, deadline)));
          for (let gone = 0; gone < goneBefore && line.size > 0; gone += 1) line.take(1);
          const position = line.positionOf(trafficClass, deadlineAtMs);
          line.add(ticket(trafficClass, deadlineAtMs, 'arrival'));
          expect(takeAll(line, 1).flat().indexOf('arrival')).toBe(position);
        },
      ),
    );
  });

  it('counts views one by one', () => {
    expect(lineOf([views(5), ticket('normal', 9)]).positionOf('normal', 200)).toBe(6);
  });
});

describe('the line', () => {
  it('knows its weight, the weight of bulk, and the earliest deadline', () => {
    const line = lineOf([views(5), ticket('urgent', 70), ticket('bulk', 40)]);
    expect([line.size, line.weight, line.bulkWeight, line.earliestDeadlineMs()]).toEqual([3, 7, 1, 40]);
    expect(lineOf([]).earliestDeadlineMs()).toBe(Infinity);
  });

  it('loses those that leave', () => {
    const line = lineOf([ticket('normal', 10, 'a'), ticket('bulk', 20, 'b'), ticket('normal', 30, 'c')]);
    expect(words(line.removeWhere(({ deadlineAtMs }) => deadlineAtMs < 25))).toEqual(['a', 'b']);
    expect(takeAll(line, 8)).toEqual([['c']]);
  });
});

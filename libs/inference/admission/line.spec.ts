import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import type { TrafficClass } from '#moderation/words.js';
import { AdmissionLine } from './line.js';
import type { PathTicket, Ticket, ViewsTicket } from './ticket.js';
import { ClassifierFailed } from '../classifier/errors.js';

const nobody = (): void => undefined;

function ticket(trafficClass: TrafficClass, deadlineAtMs: number, path = ''): PathTicket {
  const base = {
    clientId: 'one',
    trafficClass,
    deadlineAtMs,
    weight: 1,
    chargeMs: 1,
    lookMs: Infinity,
    arrivedAtMs: 0,
    resolve: nobody,
    reject: nobody,
  };
  return { ...base, kind: 'path', path, perceptual: false, failedOnce: undefined };
}

function views(count: number, deadlineAtMs = 100, trafficClass: TrafficClass = 'normal'): ViewsTicket {
  const base = {
    clientId: 'one',
    trafficClass,
    deadlineAtMs,
    chargeMs: count,
    lookMs: Infinity,
    arrivedAtMs: 0,
    resolve: nobody,
    reject: nobody,
  };
  return { ...base, kind: 'views', weight: count, views: Array.from({ length: count }, () => new Uint8Array(1)) };
}

/** A client's picture for which it is charged. */
const of = (clientId: string, deadlineAtMs: number, path: string, chargeMs: number): PathTicket => ({
  ...ticket('normal', deadlineAtMs, path),
  clientId,
  chargeMs,
});

const spared = (path: string): PathTicket => ({
  ...ticket('normal', 100, path),
  failedOnce: new ClassifierFailed('crashed', 'signal 11'),
});

function lineOf(tickets: readonly Ticket[], batchMaxBy: (deadlineAtMs: number) => number = () => 64): AdmissionLine {
  const line = new AdmissionLine({ batchMaxBy, nowMs: () => 0 });
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

  it('lets one of normal go after three of urgent', () => {
    const urgent = Array.from({ length: 9 }, (_, index) => ticket('urgent', 10, `u${index}`));
    const gone = takeAll(lineOf([ticket('normal', 99, 'n0'), ...urgent, ticket('normal', 99, 'n1')]), 1).flat();
    expect([gone.indexOf('n0'), gone.indexOf('n1')]).toEqual([3, 7]);
  });

  it('of clients is by what each has had, and of one by deadline', () => {
    const line = lineOf([
      of('greedy', 10, 'g10', 3),
      of('greedy', 20, 'g20', 3),
      of('modest', 90, 'm90', 1),
      of('modest', 80, 'm80', 1),
      of('third', 99, 't99', 1),
    ]);
    expect(takeAll(line, 1).flat()).toEqual(['g10', 'm80', 't99', 'm90', 'g20']);
  });

  it('makes nobody pay for what it had while it was alone', () => {
    const line = lineOf(Array.from({ length: 9 }, (_, index) => of('greedy', 10, `g${index}`, 50)));
    for (let count = 0; count < 6; count += 1) line.take(1);
    for (let count = 0; count < 3; count += 1) line.add(of('modest', 20, `m${count}`, 50));
    expect(takeAll(line, 1).flat()).toEqual(['m0', 'g6', 'm1', 'g7', 'm2', 'g8']);
  });

  it('has a client pay for what it really had', () => {
    const line = lineOf([
      of('greedy', 10, 'g0', 1),
      of('greedy', 10, 'g1', 1),
      ...[0, 1, 2, 3].map((n) => of('modest', 20, `m${n}`, 1)),
    ]);
    line.take(1);
    line.charge({ trafficClass: 'normal', clientId: 'greedy' }, 3);
    expect(takeAll(line, 1).flat()).toEqual(['m0', 'm1', 'm2', 'm3', 'g1']);
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
        while (line.weightOf('bulk') > 0 && line.weight > line.weightOf('bulk')) {
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

  it('are of the time that looks take, not of their number', () => {
    const ms = fc.integer({ min: 1, max: 60 });
    const classes = ['urgent', 'normal', 'bulk'] as const;
    fc.assert(
      fc.property(fc.array(fc.tuple(ms, ms, ms), { minLength: 40, maxLength: 120 }), (looks) => {
        const line = lineOf([]);
        const had: Record<TrafficClass, number> = { urgent: 0, normal: 0, bulk: 0 };
        for (const one of classes) line.add(ticket(one, 100));
        let [sumMs, largestMs] = [0, 0];
        for (const took of looks) {
          const [gone] = line.take(1);
          if (gone === undefined) throw new Error('somebody of each class waits');
          const tookMs = took[classes.indexOf(gone.trafficClass)] ?? 0;
          // charged for one, it took as long as it took
          line.charge(gone, tookMs - gone.chargeMs);
          had[gone.trafficClass] += tookMs;
          sumMs += tookMs;
          largestMs = Math.max(largestMs, tookMs);
          line.add(ticket(gone.trafficClass, 100));
        }
        expect(had.bulk).toBeGreaterThanOrEqual(0.1 * sumMs - 2 * largestMs);
        expect(had.bulk).toBeLessThanOrEqual(0.1 * sumMs + 2 * largestMs);
        const live = had.urgent + had.normal;
        expect(had.normal).toBeGreaterThanOrEqual(0.25 * live - 2 * largestMs);
        expect(had.normal).toBeLessThanOrEqual(0.25 * live + 2 * largestMs);
      }),
    );
  });

  it('are those of a class that is turned away, too: it is due when it comes again', () => {
    const line = lineOf(Array.from({ length: 30 }, (_, index) => ticket('urgent', 100, `u${index}`)));
    const arrival = { trafficClass: 'bulk', chargeMs: 1 } as const;
    for (let count = 0; count < 9; count += 1) line.take(1);
    expect(line.isDue(arrival)).toBe(false);
    line.miss(arrival);
    for (let count = 0; count < 9; count += 1) line.take(1);
    expect(line.isDue(arrival)).toBe(true);
    line.add(ticket('bulk', 100, 'bulk'));
    expect(line.isDue(arrival)).toBe(false);
    expect(words(line.take(1))).toEqual(['bulk']);
  });

  it('of a class that only wants its turn are not saved up without end', () => {
    const line = lineOf([]);
    line.miss({ trafficClass: 'normal', chargeMs: 1 });
    for (let count = 0; count < 900; count += 1) {
      line.add(ticket('urgent', 100));
      line.take(1);
    }
    for (let count = 0; count < 300; count += 1) line.add(ticket(count < 150 ? 'urgent' : 'normal', 100));
    const gone = Array.from({ length: 150 }, () => line.take(1)[0]?.trafficClass);
    expect(gone.slice(0, 100)).toEqual(Array.from({ length: 100 }, () => 'normal'));
    expect(gone.slice(100).filter((one) => one === 'normal').length).toBeLessThanOrEqual(13);
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

describe('a client that may not begin', () => {
  it('is passed over, and is there for those who look at all that wait', () => {
    const barred = new Set(['greedy']);
    const line = new AdmissionLine({ batchMaxBy: () => 8, mayBegin: (id) => !barred.has(id), nowMs: () => 0 });
    for (const one of [of('greedy', 1, 'g', 1), of('modest', 9, 'm', 1)]) line.add(one);
    expect([line.size, line.waiting.length, line.weight]).toEqual([1, 2, 2]);
    expect([takeAll(line, 8), line.take(8)]).toEqual([[['m']], []]);
    barred.clear();
    expect(words(line.take(8))).toEqual(['g']);
  });
});

describe('clients that wait', () => {
  it('have as much of a process as each other, whatever their pictures take and however soon they are due', () => {
    const client = fc.record({ chargeMs: fc.integer({ min: 1, max: 60 }), deadlineAtMs: fc.nat({ max: 300 }) });
    fc.assert(
      fc.property(
        fc.array(client, { minLength: 2, maxLength: 5 }),
        fc.integer({ min: 1, max: 80 }),
        (clients, turns) => {
          const line = lineOf([]);
          const had = clients.map(() => 0);
          for (const [id, { chargeMs, deadlineAtMs }] of clients.entries()) {
            line.add(of(String(id), deadlineAtMs, 'picture', chargeMs));
          }
          for (let turn = 0; turn < turns; turn += 1) {
            const [gone] = line.take(1);
            if (gone === undefined) throw new Error('somebody waits');
            had[Number(gone.clientId)] = (had[Number(gone.clientId)] ?? 0) + gone.chargeMs;
            // each has the next one ready
            line.add(gone);
          }
          const largest = Math.max(...clients.map(({ chargeMs }) => chargeMs));
          expect(Math.max(...had) - Math.min(...had)).toBeLessThanOrEqual(2 * largest);
        },
      ),
    );
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
          const position = line.before(ticket(trafficClass, deadlineAtMs)).length;
          line.add(ticket(trafficClass, deadlineAtMs, 'arrival'));
          expect(takeAll(line, 1).flat().indexOf('arrival')).toBe(position);
        },
      ),
    );
  });

  it('is so too where clients go in turn', () => {
    const waiter = fc.record({
      clientId: fc.constantFrom('a', 'b', 'c'),
      deadlineAtMs: fc.nat({ max: 9 }),
      chargeMs: fc.integer({ min: 1, max: 3 }),
    });
    fc.assert(
      fc.property(fc.array(waiter, { maxLength: 40 }), waiter, fc.nat({ max: 20 }), (waiting, arrival, goneBefore) => {
        const come = (one: typeof arrival, path: string) => of(one.clientId, one.deadlineAtMs, path, one.chargeMs);
        const line = lineOf(waiting.map((one) => come(one, 'waits')));
        for (let gone = 0; gone < goneBefore && line.size > 0; gone += 1) line.take(1);
        const last = come(arrival, 'arrival');
        const position = line.before(last).length;
        line.add(last);
        expect(takeAll(line, 1).flat().indexOf('arrival')).toBe(position);
      }),
    );
  });

  it('asks once of each client how many of its looks can go before', () => {
    const clients = Array.from({ length: 40 }, (_, n) => `client ${n}`);
    const line = lineOf(clients.flatMap((id) => [of(id, 10, id, 1), of(id, 20, id, 1)]));
    const asked: string[] = [];
    const before = line.before(of('arrival', 30, 'arrival', 1), (id) => {
      asked.push(id);
      return id === 'client 0' ? 0 : 1;
    });
    expect(before.map(({ clientId }) => clientId)).toEqual(clients.slice(1));
    expect([...asked].sort()).toEqual([...clients].sort());
  });

  it('counts views one by one', () => {
    const before = lineOf([views(5), ticket('normal', 9)]).before(ticket('normal', 200));
    expect(before.map(({ weight }) => weight)).toEqual([1, 5]);
  });
});

describe('the line', () => {
  it('knows its weight and the weight of bulk', () => {
    const line = lineOf([views(5), ticket('urgent', 70), ticket('bulk', 40)]);
    expect([line.size, line.weight, line.weightOf('bulk')]).toEqual([3, 7, 1]);
  });

  it('loses those that leave', () => {
    const line = lineOf([ticket('normal', 10, 'a'), ticket('bulk', 20, 'b'), ticket('normal', 30, 'c')]);
    expect(words(line.removeWhere(({ deadlineAtMs }) => deadlineAtMs < 25))).toEqual(['a', 'b']);
    expect(takeAll(line, 8)).toEqual([['c']]);
  });
});

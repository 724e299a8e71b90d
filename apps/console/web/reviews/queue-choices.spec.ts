import { describe, expect, it } from '@jest/globals';

import { ageOptions, assigneeOptions, clientOptions, clientsIn } from './queue-choices.js';

describe('what the queue can be narrowed to', () => {
  it('is also the age that an address names, in its place', () => {
    const usual = [
      ['15', '15 min'],
      ['60', '1 h'],
      ['240', '4 h'],
      ['1440', '1 d'],
    ];
    expect(ageOptions({})).toEqual(usual);
    expect(ageOptions({ olderThanMs: 3_600_000 })).toEqual(usual);
    expect(ageOptions({ olderThanMs: 1_800_000 })).toEqual([usual[0], ['30', '30 min'], ...usual.slice(1)]);
  });

  it('is each client once, by name, and the chosen one in any case', () => {
    const cases = [
      { clientId: 'b', clientName: 'Zebra' },
      { clientId: 'a', clientName: 'Apple' },
      { clientId: 'b', clientName: 'Zebra' },
    ];
    const named = [
      ['a', 'Apple'],
      ['b', 'Zebra'],
    ];
    expect(clientOptions(clientsIn(cases), {})).toEqual(named);
    expect(clientOptions(clientsIn(cases), { client: 'b' })).toEqual(named);
    expect(clientOptions([], { client: 'b' })).toEqual([['b', 'this client']]);
  });

  it('is oneself, and whomever an address names', () => {
    expect(assigneeOptions({ assignee: 'ben' }, 'ann')).toEqual([
      ['ann', 'me'],
      ['ben', 'ben'],
    ]);
    expect(assigneeOptions({ assignee: 'ann' }, 'ann')).toEqual([['ann', 'me']]);
  });
});

import { describe, expect, it } from '@jest/globals';

import { Tally } from './cells.js';

describe('a tally', () => {
  it('adds up by measure and name', () => {
    const [one, other] = [new Tally(), new Tally()];
    one.add('upload', 'urgent', 2);
    one.add('upload', 'bulk', 1);
    other.add('upload', 'urgent', 3);
    other.add('shed', 'door full', 4);
    one.addAll(other);
    expect([one.count('upload', 'urgent'), one.count('upload'), one.count('shed'), one.count('final')]).toEqual([
      5, 6, 4, 0,
    ]);
  });

  it('tells the bins of one name', () => {
    const tally = new Tally();
    tally.add('age', 'normal 12', 2);
    tally.add('age', 'normal -3', 1);
    tally.add('age', 'bulk 12', 5);
    expect([...tally.bins('age', 'normal ')]).toEqual([
      [12, 2],
      [-3, 1],
    ]);
    tally.add('exposure', '40', 1);
    expect([...tally.bins('exposure')]).toEqual([[40, 1]]);
  });
});

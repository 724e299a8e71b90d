import { describe, expect, it } from '@jest/globals';

import { parseStat } from './process-stat.js';

describe('a line of /proc/<pid>/stat', () => {
  it('is read past a name with spaces and brackets', () => {
    const line = '4242 (node (a) b) S 17 4242 4242 0 -1 4194304 900 0 3 0 250 50 0 0 20 0 11 0 99 1 2';
    expect(parseStat(line)).toEqual({ pid: 4242, parent: 17, cpuMs: 3_000 });
  });

  it('is nothing when the process is gone', () => {
    expect(parseStat('')).toBeUndefined();
  });
});

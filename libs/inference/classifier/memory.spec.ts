import { describe, expect, it } from '@jest/globals';
import { parseRss, readRss } from './memory.js';

describe('resident memory of a process', () => {
  it('is read from the text of /proc/<pid>/status', () => {
    expect(parseRss('Name:\tnode\nVmHWM:\t  200000 kB\nVmRSS:\t  123456 kB\nThreads:\t11\n')).toBe(123_456 * 1024);
  });

  it('is unknown for a process that is ending', () => {
    expect(parseRss('Name:\tnode\nState:\tZ (zombie)\nThreads:\t1\n')).toBeUndefined();
  });

  it('is unknown for a process that is gone', async () => {
    expect(await readRss(2 ** 31 - 1)).toBeUndefined();
  });
});

import { describe, expect, it } from '@jest/globals';

import { CpuLog } from './cpu-log.js';

const log = (...looks: readonly (readonly [part: string, pid: number, cpuMs: number])[][]): CpuLog => {
  const cpuLog = new CpuLog();
  for (const look of looks) {
    const groups: Record<string, number[]> = {};
    for (const [part, pid] of look) (groups[part] ??= []).push(pid);
    cpuLog.add(groups, new Map(look.map(([, pid, cpuMs]) => [pid, cpuMs])));
  }
  return cpuLog;
};

describe('a log of processor time', () => {
  it('counts what is used after the first look', () => {
    const { total } = log([['postgres', 1, 500]], [['postgres', 1, 520]], [['postgres', 1, 550]]);
    expect(total).toEqual({ postgres: 50 });
  });

  it('keeps what a process used that has ended, and all of one that has begun', () => {
    const { total } = log(
      [['postgres', 1, 500]],
      [
        ['postgres', 1, 500],
        ['service', 2, 90],
      ],
      [
        ['postgres', 1, 510],
        ['service', 3, 30],
      ],
    );
    expect(total).toEqual({ postgres: 10, service: 120 });
  });

  it('takes a process with less time than before for another one of the same number', () => {
    expect(log([['service', 2, 0]], [['service', 2, 90]], [['service', 2, 30]]).total).toEqual({ service: 120 });
  });

  it('knows nothing before a look', () => {
    expect(log().total).toBeUndefined();
  });
});

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { cpusAllowed, parseCpuMax, parseQuota, quotaFolders } from './cgroup.js';
import { effectiveCores } from './effective-cores.js';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'portcullis-cores-'));
});
afterEach(() => rm(root, { recursive: true }));

async function put(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), text);
  }
}

const status = (list: string): string =>
  `Name:\tnode\nCpus_allowed:\tff\nCpus_allowed_list:\t${list}\nMems_allowed:\t1\n`;

describe('the cores that may really be used', () => {
  it.each<[string, Record<string, string>, number]>([
    ['no /proc at all', {}, 6],
    ['affinity', { 'proc/self/status': status('0-1,4') }, 3],
    ['version 2, own quota', { 'proc/self/cgroup': '0::/a/b\n', 'sys/fs/cgroup/a/b/cpu.max': '150000 100000\n' }, 1.5],
    [
      'version 2, a tighter quota above',
      {
        'proc/self/cgroup': '0::/a/b\n',
        'sys/fs/cgroup/a/b/cpu.max': '400000 100000\n',
        'sys/fs/cgroup/a/cpu.max': '200000 100000\n',
      },
      2,
    ],
    ['version 2, no limit', { 'proc/self/cgroup': '0::/a\n', 'sys/fs/cgroup/a/cpu.max': 'max 100000\n' }, 6],
    [
      "a container that sees its host's path",
      { 'proc/self/cgroup': '0::/../kubepods/x\n', 'sys/fs/cgroup/cpu.max': '250000 100000\n' },
      2.5,
    ],
    [
      'version 1',
      {
        'proc/self/cgroup': '4:memory:/m\n3:cpu,cpuacct:/docker/x\n',
        'sys/fs/cgroup/cpu,cpuacct/docker/x/cpu.cfs_quota_us': '50000\n',
        'sys/fs/cgroup/cpu,cpuacct/docker/x/cpu.cfs_period_us': '100000\n',
      },
      0.5,
    ],
    [
      'version 1 without a limit',
      {
        'proc/self/cgroup': '3:cpu:/\n',
        'sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1\n',
        'sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
      },
      6,
    ],
    [
      'a quota above the affinity',
      {
        'proc/self/status': status('0-1'),
        'proc/self/cgroup': '0::/\n',
        'sys/fs/cgroup/cpu.max': '800000 100000\n',
      },
      2,
    ],
  ])('%s', async (_, files, cores) => {
    await put(files);
    expect((await effectiveCores(root, 6)).cores).toBe(cores);
  });

  it('says what a fraction means', async () => {
    await put({ 'proc/self/cgroup': '0::/\n', 'sys/fs/cgroup/cpu.max': '150000 100000\n' });
    expect((await effectiveCores(root, 8)).reason).toBe(
      "a cgroup's quota allows 1.5, which runs one worker; the process may run on 8 of the host's cores",
    );
  });

  it('are found on this machine', async () => {
    const { cores } = await effectiveCores();
    expect(cores).toBeGreaterThan(0);
  });
});

describe('parsing', () => {
  it.each([
    ['max 100000', undefined],
    ['100000 100000', 1],
    ['100000 0', undefined],
    ['', undefined],
    ['nonsense', undefined],
    ['0 100000', undefined],
  ])('of cpu.max %j gives %s', (text, cores) => {
    expect(parseCpuMax(text)).toBe(cores);
  });

  it.each([
    ['-1', '100000', undefined],
    ['25000', '100000', 0.25],
    ['25000', '', undefined],
    ['', '100000', undefined],
  ])('of quota %j and period %j gives %s', (quota, period, cores) => {
    expect(parseQuota(quota, period)).toBe(cores);
  });

  it.each([
    ['0', 1],
    ['0-3', 4],
    ['0-1,4-7,9', 7],
    ['', undefined],
    ['3-1', undefined],
    ['a', undefined],
  ])('of the allowed list %j gives %s', (list, count) => {
    expect(cpusAllowed(status(list))).toBe(count);
  });

  it('of a cgroup file walks from the leaf to the root and knows both versions', () => {
    const folders = quotaFolders('2:cpu:/a/b\n1:memory:/m\nbroken\n0::/s\n');
    expect(folders.map(({ version, path }) => `${version} ${path}`)).toEqual([
      '1 /sys/fs/cgroup/cpu/a/b',
      '1 /sys/fs/cgroup/cpu/a',
      '1 /sys/fs/cgroup/cpu',
      '2 /sys/fs/cgroup/s',
      '2 /sys/fs/cgroup',
      '2 /sys/fs/cgroup/unified/s',
      '2 /sys/fs/cgroup/unified',
    ]);
  });
});

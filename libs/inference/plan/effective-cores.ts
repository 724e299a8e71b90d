import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { cpuQuota, cpusAllowed, parseCpuMax, parseQuota, quotaFolders, type QuotaFolder } from './cgroup.js';

export interface EffectiveCores {
  /** May be a fraction, where a cgroup's quota is one. */
  readonly cores: number;
  /** Where the number comes from, in words. */
  readonly reason: string;
}

/**
 * The cores that this process and its children may really use: those it may be scheduled on, and no more than the
 * quota of any cgroup above it, version 1 or 2.
 *
 * @param root the file system that holds `proc` and `sys`; another in tests
 * @param available what the runtime says, for systems without `/proc`
 */
export async function effectiveCores(root = '/', available = availableParallelism()): Promise<EffectiveCores> {
  const allowed = cpusAllowed(await textOf(join(root, 'proc/self/status'))) ?? available;
  const folders = quotaFolders(await textOf(join(root, 'proc/self/cgroup')));
  const quotas = await Promise.all(folders.map((folder) => quotaOf(root, folder)));
  const quota = cpuQuota(quotas);
  const may = `the process may run on ${allowed} of the host's cores`;
  if (quota === undefined || quota >= allowed) return { cores: allowed, reason: may };
  const cores = Math.round(quota * 100) / 100;
  const whole = Number.isInteger(cores) ? '' : `, which ${cores < 2 ? 'runs one worker' : 'are rounded down'}`;
  return { cores, reason: `a cgroup's quota allows ${cores}${whole}; ${may}` };
}

async function quotaOf(root: string, { version, path }: QuotaFolder): Promise<number | undefined> {
  const read = (name: string): Promise<string> => textOf(join(root, path, name));
  if (version === 2) return parseCpuMax(await read('cpu.max'));
  return parseQuota(await read('cpu.cfs_quota_us'), await read('cpu.cfs_period_us'));
}

/** Empty for a file that is not there or may not be read: it then limits nothing. */
async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    return '';
  }
}

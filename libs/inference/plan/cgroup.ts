/** A cgroup's folder in the file system, where a quota may stand. */
export interface QuotaFolder {
  readonly version: 1 | 2;
  readonly path: string;
}

/**
 * The folders whose quotas bound a process, from its own cgroup up to the root. A container often sees the path that
 * its host gave it, below a mount that shows only its own part: the folders on the way up are then the ones that exist.
 *
 * @param text of `/proc/self/cgroup`: lines of `<id>:<controllers>:<path>`, version 2 with id 0 and no controllers
 */
export function quotaFolders(text: string): QuotaFolder[] {
  return text.split('\n').flatMap(foldersOfLine);
}

function foldersOfLine(line: string): QuotaFolder[] {
  const [id, controllers, path] = /^(\d+):([^:]*):(\/.*)$/.exec(line)?.slice(1) ?? [];
  if (id === undefined || controllers === undefined || path === undefined) return [];
  const version = id === '0' && controllers === '' ? 2 : 1;
  const names = version === 2 ? ['', '/unified'] : [...new Set([controllers, 'cpu'])].map((name) => `/${name}`);
  if (version === 1 && !controllers.split(',').includes('cpu')) return [];
  return names.flatMap((name) => upFrom(`/sys/fs/cgroup${name}`, path).map((folder) => ({ version, path: folder })));
}

function upFrom(mount: string, path: string): string[] {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.' && part !== '..');
  return Array.from({ length: parts.length + 1 }, (_, up) => [mount, ...parts.slice(0, parts.length - up)].join('/'));
}

/** Cores of version 2's `cpu.max`, `<quota or max> <period>` in microseconds; undefined for no limit or no such file. */
export function parseCpuMax(text: string): number | undefined {
  const [quota = '', period = ''] = text.trim().split(/\s+/);
  return parseQuota(quota, period);
}

/** Cores of a quota and its period in microseconds; version 1 writes -1 for no limit. */
export function parseQuota(quota: string, period: string): number | undefined {
  const cores = Number(quota.trim() || NaN) / Number(period.trim() || NaN);
  return Number.isFinite(cores) && cores > 0 ? cores : undefined;
}

/** The tightest of several quotas. */
export function cpuQuota(quotas: readonly (number | undefined)[]): number | undefined {
  const known = quotas.filter((quota) => quota !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

/** How many CPUs a process may be scheduled on, from the `Cpus_allowed_list` of `/proc/self/status`, such as `0-3,8`. */
export function cpusAllowed(status: string): number | undefined {
  const list = /^Cpus_allowed_list:\s*([\d,-]+)\s*$/m.exec(status)?.[1];
  if (list === undefined) return undefined;
  const counts = list.split(',').map((range) => {
    const [first = NaN, last = first] = range.split('-').map(Number);
    return last - first + 1;
  });
  const total = counts.reduce((sum, count) => sum + count, 0);
  return Number.isInteger(total) && total > 0 ? total : undefined;
}

import { readdir, readFile } from 'node:fs/promises';

import { statOf } from '#telemetry/process-stat.js';

/** What some processes hold. */
export interface Memory {
  /** Resident. Pages that processes have in common are counted once for each of them. */
  readonly rssMb: number;
  /** Pages in common are shared out between those that have them: the sum is what is really taken. */
  readonly pssMb: number;
}

/** Processes by the part of the product that they are. */
export type ProcessGroups = Readonly<Record<string, readonly number[]>>;

/** Milliseconds of processor time by part. */
export type CpuByPart = Readonly<Record<string, number>>;

/** Whether the system tells what processes use. */
export const hasProc = (): boolean => process.platform === 'linux';

/**
 * The processes that descend from `root`, itself first.
 *
 * @returns undefined where there is no `/proc` to tell
 */
export async function processTree(root: number): Promise<number[] | undefined> {
  if (!hasProc()) return undefined;
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const stats = (await Promise.all(pids.map(statOf))).filter((stat) => stat !== undefined);
  const tree = [root];
  for (const pid of tree) tree.push(...stats.filter(({ parent }) => parent === pid).map((stat) => stat.pid));
  return tree;
}

/**
 * The processes of a service: itself, its classifier processes, its database, its Redis where it has one, and the
 * benchmark as its client.
 *
 * @returns undefined where there is no `/proc` to tell
 */
export async function processGroups(
  servicePid: number,
  postgresPid: number,
  redisPid?: number,
): Promise<ProcessGroups | undefined> {
  const [service, postgres] = await Promise.all([processTree(servicePid), processTree(postgresPid)]);
  if (service === undefined || postgres === undefined) return undefined;
  const groups = { service: [servicePid], classifiers: service.slice(1), postgres, client: [process.pid] };
  return redisPid === undefined ? groups : { ...groups, redis: [redisPid] };
}

/** Begins to measure. @returns a function that tells the processor time used since; undefined where nothing tells it */
export async function meterCpu(
  groups: () => Promise<ProcessGroups | undefined>,
): Promise<() => Promise<CpuByPart | undefined>> {
  const before = await cpuByProcess(await groups());
  return async () => {
    const parts = await groups();
    const after = await cpuByProcess(parts);
    if (parts === undefined || before === undefined || after === undefined) return undefined;
    const used = (pid: number): number => (after.get(pid) ?? 0) - (before.get(pid) ?? 0);
    return Object.fromEntries(
      Object.entries(parts).map(([part, pids]) => [part, pids.reduce((sum, pid) => sum + used(pid), 0)]),
    );
  };
}

/** What processes hold at one moment. */
export interface Holdings {
  /** Resident memory, pages in common counted for each process. */
  readonly rssMb: number;
  /** Open file descriptors. */
  readonly files: number;
}

/** What the processes that descend from `root` hold together, cheaply; undefined where there is no `/proc` to tell. */
export async function holdingsOf(root: number): Promise<Holdings | undefined> {
  const pids = await processTree(root);
  if (pids === undefined) return undefined;
  const [rssMb, files] = await Promise.all([residentMb(pids), openFiles(pids)]);
  return { rssMb, files };
}

async function residentMb(pids: readonly number[]): Promise<number> {
  const texts = await Promise.all(pids.map((pid) => textOf(`/proc/${pid}/status`)));
  return Math.round(texts.reduce((sum, text) => sum + megabytes(text, 'VmRSS'), 0));
}

async function openFiles(pids: readonly number[]): Promise<number> {
  const lists = await Promise.all(pids.map((pid) => readdir(`/proc/${pid}/fd`).catch(() => [])));
  return lists.reduce((sum, list) => sum + list.length, 0);
}

/** What the processes that descend from `root` hold together; undefined where nothing tells it. */
export async function memoryOfTree(root: number): Promise<Memory | undefined> {
  const pids = await processTree(root);
  if (pids === undefined) return undefined;
  const read = async (file: 'status' | 'smaps_rollup', field: 'VmRSS' | 'Pss'): Promise<number> => {
    const texts = await Promise.all(pids.map((pid) => textOf(`/proc/${pid}/${file}`)));
    return Math.round(texts.reduce((sum, text) => sum + megabytes(text, field), 0));
  };
  return { rssMb: await read('status', 'VmRSS'), pssMb: await read('smaps_rollup', 'Pss') };
}

/** Processor time of each process since its start, in milliseconds; those that are gone are left out. */
export async function cpuByProcess(groups: ProcessGroups | undefined): Promise<Map<number, number> | undefined> {
  if (groups === undefined) return undefined;
  const stats = await Promise.all(Object.values(groups).flat().map(statOf));
  return new Map(stats.flatMap((stat) => (stat === undefined ? [] : [[stat.pid, stat.cpuMs]])));
}

/** Empty when the process is gone or does not let itself be looked at. */
function textOf(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '');
}

/** A field of `/proc/<pid>/status` or `/proc/<pid>/smaps_rollup`; 0 when the process is gone. */
function megabytes(text: string, field: 'VmRSS' | 'Pss'): number {
  const kilobytes = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1];
  return Number(kilobytes ?? 0) / 1024;
}

import { readFile } from 'node:fs/promises';

/** A line of `/proc/<pid>/stat`, as far as it is needed. */
export interface ProcessStat {
  readonly pid: number;
  readonly parent: number;
  /** Processor time since its start. */
  readonly cpuMs: number;
}

/** Linux counts processor time in hundredths of a second, on every architecture that Node runs on. */
const TICK_MS = 10;

/** Reads a line of `/proc/<pid>/stat` (proc(5)); the program's name in it may hold anything. */
export function parseStat(text: string): ProcessStat | undefined {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [parent = Number.NaN, userTicks = Number.NaN, systemTicks = Number.NaN] = [
    fields[1],
    fields[11],
    fields[12],
  ].map(Number);
  const stat = { pid: Number.parseInt(text, 10), parent, cpuMs: (userTicks + systemTicks) * TICK_MS };
  return Object.values(stat).every(Number.isFinite) ? stat : undefined;
}

/** Undefined for a process that is gone or does not let itself be looked at, and where there is no `/proc`. */
export async function statOf(pid: number): Promise<ProcessStat | undefined> {
  return parseStat(await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ''));
}

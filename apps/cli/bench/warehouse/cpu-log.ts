import type { CpuByPart, ProcessGroups } from '../process-usage.js';

/**
 * Adds up what processes use that come and go: a killed service, connections that are closed. Of a process that ends, what
 * it used since the last look is lost.
 */
export class CpuLog {
  private readonly seen = new Map<number, number>();
  private readonly used = new Map<string, number>();
  private begun = false;

  /**
   * Takes a look. What processes of the first look used before it does not count; those that are seen later are new.
   *
   * @param cpuMs processor time of each process since its start
   */
  add(groups: ProcessGroups, cpuMs: ReadonlyMap<number, number>): void {
    for (const [part, pids] of Object.entries(groups)) {
      for (const pid of pids) this.used.set(part, (this.used.get(part) ?? 0) + this.newOf(pid, cpuMs.get(pid)));
    }
    this.begun = true;
  }

  /** Milliseconds by part since the first look; undefined when there was none. */
  get total(): CpuByPart | undefined {
    return this.begun ? Object.fromEntries(this.used) : undefined;
  }

  private newOf(pid: number, nowMs: number | undefined): number {
    if (nowMs === undefined) return 0;
    const before = this.seen.get(pid) ?? (this.begun ? 0 : nowMs);
    this.seen.set(pid, nowMs);
    // less than before: another process has been given the number
    return nowMs < before ? nowMs : nowMs - before;
  }
}

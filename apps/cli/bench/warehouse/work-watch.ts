import type { PrivateInstallation } from '../private-installation.js';
import {
  cpuByProcess,
  memoryOfTree,
  processGroups,
  processTree,
  type CpuByPart,
  type ProcessGroups,
} from '../process-usage.js';
import { CpuLog } from './cpu-log.js';
import type { MemoryLook } from './memory-drift.js';

/** Looks at the processes of a run: what they use and what they hold. */
export class WorkWatch {
  private readonly log = new CpuLog();
  private readonly lives = new Map<number, MemoryLook[]>();

  constructor(
    private readonly postgresPid: PrivateInstallation['postgresPid'],
    private readonly redisPid: number | undefined,
  ) {}

  /** @param servicePid of the batch service, where there is one */
  async look(servicePid?: number): Promise<void> {
    const groups = await this.groups(servicePid);
    const cpuMs = await cpuByProcess(groups);
    if (groups !== undefined && cpuMs !== undefined) this.log.add(groups, cpuMs);
    const memory = servicePid === undefined ? undefined : await memoryOfTree(servicePid);
    if (servicePid === undefined || memory === undefined) return;
    this.lives.set(servicePid, [...(this.lives.get(servicePid) ?? []), { ...memory, atMs: Date.now() }]);
  }

  /** Milliseconds of processor time by part since the first look; undefined where nothing tells it. */
  get cpuMs(): CpuByPart | undefined {
    return this.log.total;
  }

  /** What each service held, the first one first. */
  get memory(): readonly (readonly MemoryLook[])[] {
    return [...this.lives.values()];
  }

  private async groups(servicePid: number | undefined): Promise<ProcessGroups | undefined> {
    if (servicePid !== undefined) return processGroups(servicePid, this.postgresPid, this.redisPid);
    const postgres = await processTree(this.postgresPid);
    if (postgres === undefined) return undefined;
    const groups = { postgres, client: [process.pid] };
    return this.redisPid === undefined ? groups : { ...groups, redis: [this.redisPid] };
  }
}

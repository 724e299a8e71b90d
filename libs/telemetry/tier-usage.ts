import { randomUUID } from 'node:crypto';

import type { UsageMinute } from '#moderation/capacity/usage-minute.js';
import type { Tier } from '#moderation/words.js';

import { statOf } from './process-stat.js';
import { UsageLedger, type LedgerMinute } from './usage-ledger.js';

/** What a tier's processes are: while it is open each has so many cores to itself. */
export interface TierShape {
  readonly processes: number;
  readonly threads: number;
}

/** What a pool of classifier processes tells: one became warm, or one died. */
interface ProcessEvent {
  readonly kind: 'ready' | 'died';
  readonly pid: number | undefined;
}

/** Since the tier was opened. */
export interface UsageTotals {
  busyCoreMs: number;
  allocatedCoreMs: number;
  cpuMs: number;
  items: number;
}

/** Meters one opening of a tier: from now until it is closed its cores are allocated. */
export class TierUsage {
  readonly totals: UsageTotals = { busyCoreMs: 0, allocatedCoreMs: 0, cpuMs: 0, items: 0 };
  private readonly ledger = new UsageLedger();
  private readonly instance = randomUUID();
  /** Of processes that live, by pid: the processor time that is counted already. */
  private readonly cpuMsSeen = new Map<number, number>();
  private model: string | undefined;
  private allocatedToMs: number;
  private closed = false;

  /** @param nowMs epoch milliseconds of a clock that never goes back */
  constructor(
    readonly tier: Tier,
    private readonly shape: TierShape,
    private readonly nowMs: () => number,
  ) {
    this.allocatedToMs = nowMs();
  }

  /** Undefined until it is known. */
  get modelId(): string | undefined {
    return this.model;
  }

  /** Which model version it is metered for. Nothing is written before this is known. */
  serves(modelId: string): void {
    this.model = modelId;
  }

  /** A process had something to do for so long, until now. */
  busy(ms: number): void {
    const { threads } = this.shape;
    const toMs = this.nowMs();
    this.ledger.time('busyCoreMs', toMs - ms, toMs, threads);
    this.totals.busyCoreMs += ms * threads;
  }

  /** So many images or views have been answered. */
  answered(items: number): void {
    this.ledger.items(this.nowMs(), items);
    this.totals.items += items;
  }

  /** A process came or went. */
  heard({ kind, pid }: ProcessEvent): void {
    if (pid === undefined) return;
    if (kind === 'ready') this.cpuMsSeen.set(pid, 0);
    else this.cpuMsSeen.delete(pid);
  }

  /** Counts what was allocated until now. */
  advance(): void {
    if (this.closed) return;
    const { processes, threads } = this.shape;
    const toMs = this.nowMs();
    this.ledger.time('allocatedCoreMs', this.allocatedToMs, toMs, processes * threads);
    this.totals.allocatedCoreMs += (toMs - this.allocatedToMs) * processes * threads;
    this.allocatedToMs = toMs;
  }

  /** Counts the processor time of the processes that live, where the system tells it. */
  async look(): Promise<void> {
    await Promise.all([...this.cpuMsSeen.keys()].map((pid) => this.lookAt(pid)));
  }

  /** Nothing is allocated from now on. */
  close(): void {
    this.advance();
    this.closed = true;
  }

  /** The minutes to write; none before the model version is known. */
  changed(): { readonly minutes: readonly UsageMinute[]; readonly written: () => void } {
    const { tier, model: modelId, instance, ledger } = this;
    if (modelId === undefined) return { minutes: [], written: () => undefined };
    const copies: readonly LedgerMinute[] = ledger.changed();
    const minutes = copies.map((copy) => ({ ...copy, tier, modelId, instance }));
    return { minutes, written: () => ledger.written(copies, this.nowMs()) };
  }

  private async lookAt(pid: number): Promise<void> {
    const cpuMs = (await statOf(pid))?.cpuMs;
    const seenMs = this.cpuMsSeen.get(pid);
    // gone meanwhile, or a look that was begun earlier and ends later
    if (cpuMs === undefined || seenMs === undefined || cpuMs < seenMs) return;
    this.cpuMsSeen.set(pid, cpuMs);
    this.ledger.cpu(this.nowMs(), cpuMs - seenMs);
    this.totals.cpuMs += cpuMs - seenMs;
  }
}

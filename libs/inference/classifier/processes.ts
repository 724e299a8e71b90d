import type { CallOptions } from './call.js';
import { CallQueue } from './call-queue.js';
import type { Death, Ready } from './child-life.js';
import type { ClassifierChild } from './child.js';
import { ClassifierFailed, ClassifierUnavailable } from './errors.js';
import { watchMemory } from './memory.js';
import { CHILD_ENV, POOL_DEFAULTS, type PoolState, type ProcessesOptions } from './pool-options.js';
import type { ServedModel, WarmUpTime } from './protocol.js';
import type { Performed } from './queued-call.js';
import { ClassifierSlot } from './slot.js';
import { startError } from './start-error.js';
import type { Task } from './task.js';
import { Watched } from './watched.js';

/** What warm processes serve; `model` is null where they only decode. */
export interface Served {
  readonly model: ServedModel | null;
  readonly warmUp: readonly WarmUpTime[];
}

interface Starting {
  readonly resolve: (served: Served) => void;
  readonly reject: (error: Error) => void;
}

/** SIGKILL is prompt unless the kernel holds a process in a read that does not end; nobody waits for that one. */
const GONE_MS_MAX = 5_000;

/**
 * Processes that do tasks, warm. What they do never happens on the service's event loop; a crash, hang or swell costs
 * the calls that its process had in flight, and the process is replaced.
 */
export class ClassifierProcesses {
  private readonly options: Required<ProcessesOptions>;
  private readonly slots: readonly ClassifierSlot[];
  private readonly queue: CallQueue;
  private known: Served | undefined;
  private starting: Starting | undefined;
  private closing: Promise<void> | undefined;
  private endMemoryWatch: (() => void) | undefined;
  private readonly changes = new Watched();
  private replaced = 0;

  constructor(options: ProcessesOptions) {
    const env = { ...CHILD_ENV, UV_THREADPOOL_SIZE: String(options.host.decodeAhead + 1), ...options.env };
    this.options = { ...POOL_DEFAULTS, ...options, env };
    const listener = {
      onReady: (ready: Ready) => this.accept(ready),
      onFree: () => this.change(),
      onDeath: (death: Death, restartMs: number | undefined) => this.mourn(death, restartMs),
    };
    this.queue = new CallQueue({
      limits: this.options,
      children: () => this.children(),
      isReady: () => this.isReady,
      onDrop: () => this.changes.tell(),
    });
    this.slots = Array.from({ length: options.processes }, () => new ClassifierSlot(this.options, listener));
  }

  /**
   * Forks all processes. Resolves with what they serve when every one is warm.
   *
   * @throws ClassifierRefused as soon as one refuses its model or is too large, ClassifierNotStarted as soon as one dies or
   *   is late; the pool is then closed
   */
  async start(): Promise<Served> {
    if (this.closing !== undefined) throw new ClassifierUnavailable('the pool is closed');
    if (this.endMemoryWatch !== undefined) throw new Error('a pool is started once');
    this.endMemoryWatch = watchMemory(() => this.children(), this.options.memoryCheckMs);
    return new Promise((resolve, reject) => {
      this.starting = { resolve, reject };
      for (const slot of this.slots) slot.start();
    });
  }

  /** What the process serves that was warm first. @throws ClassifierUnavailable before it is */
  get served(): Served {
    if (this.known === undefined) throw new ClassifierUnavailable('no process has been warm yet');
    return this.known;
  }

  /** At least one process is warm. */
  get isReady(): boolean {
    return this.closing === undefined && this.children().some((child) => child.isWarm);
  }

  /** Calls that would begin at once. */
  get room(): number {
    return this.closing === undefined ? this.queue.room : 0;
  }

  /**
   * Has one process do a task.
   *
   * @throws ClassifierOverloaded when the queue is full, or after too long in it; ClassifierUnavailable when no process
   *   is warm and none becomes so in time, or the pool is closed; ClassifierFailed
   */
  async perform<Answer>(task: Task<Answer>, options: CallOptions): Promise<Performed<Answer>> {
    const { timeoutMs = Infinity, alone = false } = options;
    this.admit();
    if (timeoutMs <= 0) throw new ClassifierFailed('timeout', 'the call came with no time left');
    return this.queue.add(task, { timeoutMs, alone });
  }

  /** Has all warm processes do a task at the same moment, past the queue. @throws as `perform`; one failure fails all */
  async performAll<Answer>(task: Task<Answer>): Promise<Answer[]> {
    this.admit();
    return Promise.all(
      this.children()
        .filter((child) => child.isWarm)
        .map((child) => child.perform(task)),
    );
  }

  state(): PoolState {
    const children = this.children();
    const sum = (of: (child: ClassifierChild) => number) => children.reduce((total, child) => total + of(child), 0);
    return {
      processes: this.slots.length,
      ready: children.filter((child) => child.isWarm).length,
      busy: children.filter((child) => child.inFlight > 0).length,
      inFlight: sum((child) => child.inFlight),
      queued: this.queue.length,
      replaced: this.replaced,
      rssBytes: sum((child) => child.rssBytes),
    };
  }

  /** Takes no more calls, lets those that it has end within `graceMs`, kills its processes and waits until they are gone. */
  close(graceMs: number): Promise<void> {
    this.closing ??= this.shut(graceMs);
    return this.closing;
  }

  private admit(): void {
    if (this.closing !== undefined) throw new ClassifierUnavailable('the pool is closed');
    if (this.isVacant()) throw new ClassifierUnavailable('no process is alive');
  }

  private async shut(graceMs: number): Promise<void> {
    for (const slot of this.slots) slot.retire();
    this.starting?.reject(new ClassifierUnavailable('the pool was closed while it started'));
    this.starting = undefined;
    const isIdle = (): boolean => this.queue.length === 0 && this.children().every((child) => child.inFlight === 0);
    await this.changes.until(isIdle, graceMs);
    this.queue.refuseAll('the pool was closed');
    for (const child of this.children()) child.kill('closed', 'the pool was closed');
    await this.changes.until(() => this.isVacant(), GONE_MS_MAX);
    this.endMemoryWatch?.();
  }

  private accept({ pid, model, warmUp, startMs }: Ready): string | undefined {
    const first = this.known?.model;
    if (first && model && (first.id !== model.id || first.sha256 !== model.sha256)) {
      return `${model.id} is another file than the one served: SHA-256 ${model.sha256}, not ${first.sha256}`;
    }
    this.known ??= { model, warmUp };
    this.options.onEvent({ kind: 'ready', pid, startMs, warmUp });
    return undefined;
  }

  private mourn(death: Death, restartMs: number | undefined): void {
    if (death.reason !== 'closed') {
      const { pid, reason, detail, wasWarm, callsLost } = death;
      this.replaced += 1;
      this.options.onEvent({ kind: 'died', pid, reason, detail, wasWarm, callsLost, restartMs });
    }
    this.failStart(death);
    this.change();
  }

  private failStart(death: Death): void {
    const starting = this.starting;
    if (starting === undefined) return;
    this.starting = undefined;
    void this.close(0).then(() => starting.reject(startError(death, this.options.host)));
  }

  /** After every event that may let a call go on, or end a wait. */
  private change(): void {
    this.queue.dispatch();
    if (this.isVacant()) this.queue.refuseAll('no process is alive');
    if (this.starting !== undefined && this.known !== undefined && this.slots.every((slot) => slot.child?.isWarm)) {
      this.starting.resolve(this.known);
      this.starting = undefined;
    }
    this.changes.tell();
    if (this.room > 0) this.options.onRoom();
  }

  private children(): ClassifierChild[] {
    return this.slots.flatMap((slot) => slot.child ?? []);
  }

  /** No process lives and none is being forked: all wait to be forked again, or were never. */
  private isVacant(): boolean {
    return this.slots.every((slot) => slot.child === undefined);
  }
}

import type { ClassifyItem } from '#contracts/classify.js';
import { PoolCall, type Classified } from './classifier-call.js';
import type { ClassifierChild, Death, Ready } from './classifier-child.js';
import {
  ClassifierFailed,
  ClassifierOverloaded,
  ClassifierRefused,
  ClassifierUnavailable,
} from './classifier-errors.js';
import { watchMemory } from './classifier-memory.js';
import { CHILD_ENV, POOL_DEFAULTS, type ClassifierPoolOptions, type PoolState } from './classifier-pool-options.js';
import type { ServedModel, WarmUpTime } from './classifier-protocol.js';
import { ClassifierSlot } from './classifier-slot.js';

interface Starting {
  readonly resolve: (model: ServedModel) => void;
  readonly reject: (error: Error) => void;
}

interface Served {
  readonly model: ServedModel;
  readonly warmUp: readonly WarmUpTime[];
}

/** SIGKILL is prompt unless the kernel holds a process in a read that does not end; nobody waits for that one. */
const GONE_MS_MAX = 5_000;

/**
 * Classifier processes that serve one model, warm. Decoding and inference happen in them and never on the service's
 * event loop; a crash, hang or swell costs the calls that its process had in flight, and the process is replaced.
 *
 * First come, first served; a free process takes a call at once, the one with the fewest in flight first.
 */
export class ClassifierPool {
  private readonly options: Required<ClassifierPoolOptions>;
  private readonly slots: readonly ClassifierSlot[];
  private readonly queue: PoolCall[] = [];
  private served: Served | undefined;
  private starting: Starting | undefined;
  private closing: Promise<void> | undefined;
  private endMemoryWatch: (() => void) | undefined;
  private afterChange: () => void = () => undefined;
  private replaced = 0;

  constructor(options: ClassifierPoolOptions) {
    const env = { ...CHILD_ENV, UV_THREADPOOL_SIZE: String(options.host.decodeAhead + 1), ...options.env };
    this.options = { ...POOL_DEFAULTS, ...options, env };
    const listener = {
      onReady: (ready: Ready) => this.accept(ready),
      onFree: () => this.change(),
      onDeath: (death: Death, restartMs: number | undefined) => this.mourn(death, restartMs),
    };
    this.slots = Array.from({ length: options.processes }, () => new ClassifierSlot(this.options, listener));
  }

  /**
   * Forks all processes. Resolves with what they serve when every one is warm.
   *
   * @throws ClassifierRefused as soon as one refuses its model, dies or is late; the pool is then closed
   */
  async start(): Promise<ServedModel> {
    if (this.closing !== undefined) throw new ClassifierUnavailable('the pool is closed');
    if (this.endMemoryWatch !== undefined) throw new Error('a pool is started once');
    this.endMemoryWatch = watchMemory(() => this.children(), this.options.memoryCheckMs);
    return new Promise((resolve, reject) => {
      this.starting = { resolve, reject };
      for (const slot of this.slots) slot.start();
    });
  }

  /** What the processes serve. @throws ClassifierUnavailable before the first is warm */
  get model(): ServedModel {
    return this.known().model;
  }

  /** Times of the process that was warm first. @throws ClassifierUnavailable before it is */
  get warmUp(): readonly WarmUpTime[] {
    return this.known().warmUp;
  }

  /** At least one process is warm. */
  get isReady(): boolean {
    return this.closing === undefined && this.children().some((child) => child.isWarm);
  }

  /**
   * Classifies stored images in one process.
   *
   * @param limits `timeoutMs`: what the caller will wait in all. A call whose time is up while it is in a process fails,
   *   and the process works on until `callMsMax`.
   * @throws ClassifierOverloaded when the queue is full, or after too long in it; ClassifierUnavailable when no process
   *   is warm and none becomes so in time, or the pool is closed; ClassifierFailed
   */
  async classify(items: readonly ClassifyItem[], limits: { readonly timeoutMs?: number } = {}): Promise<Classified> {
    const totalMsMax = limits.timeoutMs ?? Infinity;
    if (this.closing !== undefined) throw new ClassifierUnavailable('the pool is closed');
    if (this.isVacant()) throw new ClassifierUnavailable('no process is alive');
    if (totalMsMax <= 0) throw new ClassifierFailed('timeout', 'the call came with no time left');
    if (items.length === 0) return { outcomes: [], queueMs: 0 };
    const paths = items.map((item) => item.path);
    const { queueMsMax, queueMax } = this.options;
    const call = new PoolCall(paths, { waitMsMax: queueMsMax, totalMsMax }, (late) => this.dropLate(late));
    this.queue.push(call);
    this.dispatch();
    if (this.queue.length > queueMax) this.drop(call, new ClassifierOverloaded(`${queueMax} calls wait already`));
    return call.answer;
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

  private async shut(graceMs: number): Promise<void> {
    for (const slot of this.slots) slot.retire();
    this.starting?.reject(new ClassifierUnavailable('the pool was closed while it started'));
    this.starting = undefined;
    await this.until(() => this.queue.length === 0 && this.children().every((child) => child.inFlight === 0), graceMs);
    this.refuseAll('the pool was closed');
    for (const child of this.children()) child.kill('closed', 'the pool was closed');
    await this.until(() => this.isVacant(), GONE_MS_MAX);
    this.endMemoryWatch?.();
  }

  private accept({ pid, model, warmUp, startMs }: Ready): string | undefined {
    const first = this.served?.model;
    if (first !== undefined && (first.id !== model.id || first.sha256 !== model.sha256)) {
      return `${model.id} is another file than the one served: SHA-256 ${model.sha256}, not ${first.sha256}`;
    }
    this.served ??= { model, warmUp };
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

  private failStart({ reason, detail }: Death): void {
    const starting = this.starting;
    if (starting === undefined) return;
    this.starting = undefined;
    const early = `a process for ${this.options.host.modelRef} ended before all were warm (${reason}): ${detail}`;
    const refusal = new ClassifierRefused(reason === 'refused' ? detail : early);
    void this.close(0).then(() => starting.reject(refusal));
  }

  /** After every event that may let a call go on, or end a wait. */
  private change(): void {
    this.dispatch();
    if (this.isVacant()) this.refuseAll('no process is alive');
    if (this.starting !== undefined && this.served !== undefined && this.slots.every((slot) => slot.child?.isWarm)) {
      this.starting.resolve(this.served.model);
      this.starting = undefined;
    }
    this.afterChange();
  }

  private dispatch(): void {
    for (let child = this.freest(); child !== undefined; child = this.freest()) {
      const call = this.queue.shift();
      if (call === undefined) return;
      const taker = child;
      call.begin((paths) => taker.classify(paths));
    }
  }

  private freest(): ClassifierChild | undefined {
    const free = this.children().filter((one) => one.isWarm && one.inFlight < this.options.inFlightPerProcess);
    return free.reduce<ClassifierChild | undefined>(
      (best, one) => (best === undefined || one.inFlight < best.inFlight ? one : best),
      undefined,
    );
  }

  private dropLate(call: PoolCall): void {
    const waited = 'the call waited as long as it may';
    this.drop(
      call,
      this.isReady ? new ClassifierOverloaded(waited) : new ClassifierUnavailable(`${waited}, none warm`),
    );
  }

  private drop(call: PoolCall, error: Error): void {
    const place = this.queue.indexOf(call);
    if (place >= 0) this.queue.splice(place, 1);
    call.refuse(error);
    this.afterChange();
  }

  private refuseAll(why: string): void {
    for (const call of this.queue.splice(0)) call.refuse(new ClassifierUnavailable(why));
  }

  private children(): ClassifierChild[] {
    return this.slots.flatMap((slot) => slot.child ?? []);
  }

  /** No process lives and none is being forked: all wait to be forked again, or were never. */
  private isVacant(): boolean {
    return this.slots.every((slot) => slot.child === undefined);
  }

  private known(): Served {
    if (this.served === undefined) throw new ClassifierUnavailable('no process has been warm yet');
    return this.served;
  }

  private until(holds: () => boolean, msMax: number): Promise<void> {
    return new Promise((resolve) => {
      const finish = (): void => {
        clearTimeout(timer);
        this.afterChange = () => undefined;
        resolve();
      };
      const timer = setTimeout(finish, msMax);
      this.afterChange = () => {
        if (holds()) finish();
      };
      this.afterChange();
    });
  }
}

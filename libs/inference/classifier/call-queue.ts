import type { ClassifierChild } from './child.js';
import { ClassifierOverloaded, ClassifierUnavailable } from './errors.js';
import type { ProcessesOptions } from './pool-options.js';
import { QueuedCall, type Performed, type WaitingCall } from './queued-call.js';
import type { Task } from './task.js';

/** How a call is to be done. */
export interface CallTerms {
  readonly timeoutMs: number;
  /** In a process that has nothing else in hand meanwhile. */
  readonly alone: boolean;
}

export interface CallQueueParts {
  readonly limits: Pick<Required<ProcessesOptions>, 'inFlightPerProcess' | 'queueMax' | 'queueMsMax'>;
  /** The processes that live, warm or not. */
  readonly children: () => readonly ClassifierChild[];
  /** Whether calls that wait may still hope for a process. */
  readonly isReady: () => boolean;
  /** Called when a call went without having begun. */
  readonly onDrop: () => void;
}

/**
 * Calls that wait for a process: first come, first served; of the free processes the one with the fewest in flight is next.
 * One that is to be alone waits for an empty process, and those behind it wait for it.
 */
export class CallQueue {
  private readonly waiting: WaitingCall[] = [];
  /** Processes whose newest call is, or was, to be alone. */
  private readonly lone = new WeakSet<ClassifierChild>();

  constructor(private readonly parts: CallQueueParts) {}

  get length(): number {
    return this.waiting.length;
  }

  /** Calls that would begin at once. */
  get room(): number {
    return this.parts.children().reduce((sum, child) => sum + this.roomOf(child), 0);
  }

  /** Has a task done when its turn comes. @throws as `ClassifierProcesses.perform` once the call was admitted */
  add<Answer>(task: Task<Answer>, { timeoutMs, alone }: CallTerms): Promise<Performed<Answer>> {
    const { queueMsMax, queueMax } = this.parts.limits;
    const limits = { waitMsMax: queueMsMax, totalMsMax: timeoutMs };
    const call = new QueuedCall(task, alone, limits, (late) => this.dropLate(late));
    this.waiting.push(call);
    this.dispatch();
    if (this.waiting.length > queueMax) this.drop(call, new ClassifierOverloaded(`${queueMax} calls wait already`));
    return call.done;
  }

  /** Begins what may begin. */
  dispatch(): void {
    for (let child = this.freest(); child !== undefined; child = this.freest()) {
      const [call] = this.waiting;
      if (call === undefined || (call.alone && child.inFlight > 0)) return;
      this.waiting.shift();
      if (call.alone) this.lone.add(child);
      else this.lone.delete(child);
      call.begin(child);
    }
  }

  refuseAll(why: string): void {
    for (const call of this.waiting.splice(0)) call.refuse(new ClassifierUnavailable(why));
  }

  private freest(): ClassifierChild | undefined {
    const free = this.parts.children().filter((one) => this.roomOf(one) > 0);
    return free.reduce<ClassifierChild | undefined>(
      (best, one) => (best === undefined || one.inFlight < best.inFlight ? one : best),
      undefined,
    );
  }

  private roomOf(child: ClassifierChild): number {
    const isTaken = !child.isWarm || (this.lone.has(child) && child.inFlight > 0);
    return isTaken ? 0 : Math.max(0, this.parts.limits.inFlightPerProcess - child.inFlight);
  }

  private dropLate(call: WaitingCall): void {
    const waited = 'the call waited as long as it may';
    const isReady = this.parts.isReady();
    this.drop(call, isReady ? new ClassifierOverloaded(waited) : new ClassifierUnavailable(`${waited}, none warm`));
  }

  private drop(call: WaitingCall, error: Error): void {
    const place = this.waiting.indexOf(call);
    if (place >= 0) this.waiting.splice(place, 1);
    call.refuse(error);
    this.parts.onDrop();
  }
}

import type { ClassifierChild } from './child.js';
import { ClassifierOverloaded, ClassifierUnavailable } from './errors.js';
import type { ProcessesOptions } from './pool-options.js';
import { QueuedCall, type Performed, type WaitingCall } from './queued-call.js';
import type { Task } from './task.js';

export interface CallQueueParts {
  readonly limits: Pick<Required<ProcessesOptions>, 'inFlightPerProcess' | 'queueMax' | 'queueMsMax'>;
  /** The processes that live, warm or not. */
  readonly children: () => readonly ClassifierChild[];
  /** Whether calls that wait may still hope for a process. */
  readonly isReady: () => boolean;
  /** Called when a call went without having begun. */
  readonly onDrop: () => void;
}

/** Calls that wait for a process: first come, first served; of the free processes the one with the fewest in flight is next. */
export class CallQueue {
  private readonly waiting: WaitingCall[] = [];

  constructor(private readonly parts: CallQueueParts) {}

  get length(): number {
    return this.waiting.length;
  }

  /** Calls that would begin at once. */
  get room(): number {
    const { children, limits } = this.parts;
    const free = (child: ClassifierChild) => Math.max(0, limits.inFlightPerProcess - child.inFlight);
    return children().reduce((sum, child) => sum + (child.isWarm ? free(child) : 0), 0);
  }

  /** Has a task done when its turn comes. @throws as `ClassifierProcesses.perform` once the call was admitted */
  add<Answer>(task: Task<Answer>, timeoutMs: number): Promise<Performed<Answer>> {
    const { queueMsMax, queueMax } = this.parts.limits;
    const call = new QueuedCall(task, { waitMsMax: queueMsMax, totalMsMax: timeoutMs }, (late) => this.dropLate(late));
    this.waiting.push(call);
    this.dispatch();
    if (this.waiting.length > queueMax) this.drop(call, new ClassifierOverloaded(`${queueMax} calls wait already`));
    return call.done;
  }

  /** Begins what may begin. */
  dispatch(): void {
    for (let child = this.freest(); child !== undefined; child = this.freest()) {
      const call = this.waiting.shift();
      if (call === undefined) return;
      call.begin(child);
    }
  }

  refuseAll(why: string): void {
    for (const call of this.waiting.splice(0)) call.refuse(new ClassifierUnavailable(why));
  }

  private freest(): ClassifierChild | undefined {
    const { children, limits } = this.parts;
    const free = children().filter((one) => one.isWarm && one.inFlight < limits.inFlightPerProcess);
    return free.reduce<ClassifierChild | undefined>(
      (best, one) => (best === undefined || one.inFlight < best.inFlight ? one : best),
      undefined,
    );
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

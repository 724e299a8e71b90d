import type { ChildProcess } from 'node:child_process';
import type { ChildListener, DeathReason } from './child-life.js';
import { ClassifierFailed, type ClassifierFailure } from './errors.js';
import { forkClassifier, type ForkOptions } from './fork-classifier.js';
import { CallsInFlight } from './in-flight.js';
import { isHostMessage, type HostMessage, type ServedModel } from './protocol.js';
import type { Task } from './task.js';

export interface ChildOptions extends ForkOptions {
  readonly startMsMax: number;
  readonly callMsMax: number;
  readonly rssBytesMax: number;
  /** Told how long a process had something to do since it was last told, whenever a call has ended. */
  readonly onBusy: (ms: number) => void;
}

/** Characters of a dying process's last words that are kept. */
const LAST_WORDS_MAX = 2_000;

/** One classifier process from fork to death, and the calls it has in flight. Never used again after its death. */
export class ClassifierChild {
  rssBytes = 0;
  private readonly process: ChildProcess;
  private readonly calls: CallsInFlight;
  private readonly startTimer: NodeJS.Timeout;
  private readonly forkedAt = performance.now();
  /** Undefined until it is ready. */
  private model: ServedModel | null | undefined;
  private callsLost = 0;
  /** Set as soon as it is known to be going, so that it is given nothing more. */
  private ending: { readonly reason: DeathReason; readonly detail: string } | undefined;
  private gone = false;
  private lastWords = '';

  constructor(
    private readonly options: ChildOptions,
    private readonly listener: ChildListener,
  ) {
    this.process = forkClassifier(options);
    this.process.on('message', (message) => this.hear(message));
    this.process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.lastWords = (this.lastWords + text).slice(-LAST_WORDS_MAX);
    });
    this.process.on('error', (error) => this.fault(error));
    this.process.on('disconnect', () => this.hangUp());
    this.process.on('exit', (code, signal) => this.crash(endOf(code, signal)));
    this.process.on('close', () => this.die());
    const { startMsMax, callMsMax } = options;
    const isLate = (what: string, ms: number) => () => this.kill('timeout', `${what} more than ${ms} ms`);
    this.startTimer = setTimeout(isLate('it took', startMsMax), startMsMax);
    this.calls = new CallsInFlight(callMsMax, isLate('a call took', callMsMax), options.onBusy);
  }

  get pid(): number | undefined {
    return this.process.pid;
  }

  get inFlight(): number {
    return this.calls.size;
  }

  /** Takes calls. */
  get isWarm(): boolean {
    return this.model !== undefined && this.ending === undefined;
  }

  /** On its way to be warm. */
  private get isStarting(): boolean {
    return this.model === undefined && this.ending === undefined;
  }

  /** Gives a warm process one call. @throws ClassifierFailed, or ClassifierUnavailable when it is closed meanwhile */
  perform<Answer>({ order, read }: Task<Answer>): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const settle = (message: unknown): boolean => {
        const answer = read(message, this.model?.classes.length ?? 0);
        if (answer === undefined) return false;
        resolve(answer);
        return true;
      };
      const call = this.calls.add({ settle, reject });
      // A process that cannot be told any more is about to exit, which fails the call.
      this.process.send({ call, order }, () => undefined);
    });
  }

  /** Takes note of its resident bytes, and kills it above the limit. */
  noteRss(rssBytes: number): void {
    this.rssBytes = rssBytes;
    const { rssBytesMax } = this.options;
    if (rssBytes > rssBytesMax) this.kill('memory', `${megabytes(rssBytes)} resident, limit ${megabytes(rssBytesMax)}`);
  }

  /** SIGKILL. Its calls fail at once; `onDeath` comes when it is gone. */
  kill(reason: DeathReason, detail: string): void {
    if (this.ending !== undefined) return;
    this.ending = { reason, detail };
    this.process.kill('SIGKILL');
    this.failAll(reason === 'refused' ? 'crashed' : reason, detail);
  }

  private hear(message: unknown): void {
    if (this.ending !== undefined) return;
    if (!isHostMessage(message)) {
      this.kill('invalid-output', 'a message that is not of the protocol');
      return;
    }
    if (message.type === 'refused') this.kill('refused', message.fault);
    else if (message.type === 'ready') this.becomeReady(message);
    else this.settle(message);
  }

  private becomeReady({ model, warmUp, rssBytes }: Extract<HostMessage, { type: 'ready' }>): void {
    clearTimeout(this.startTimer);
    this.noteRss(rssBytes);
    if (!this.isStarting) return;
    const startMs = performance.now() - this.forkedAt;
    const fault = this.listener.onReady({ pid: this.pid, model, warmUp, startMs });
    if (fault !== undefined) {
      this.kill('refused', fault);
      return;
    }
    this.model = model;
    this.listener.onFree();
  }

  private settle(message: Extract<HostMessage, { type: 'done' | 'failed' }>): void {
    const call = this.calls.get(message.call);
    if (call === undefined) {
      this.kill('invalid-output', 'an answer to no call');
      return;
    }
    if (message.type === 'failed') call.reject(new ClassifierFailed(message.reason, message.detail));
    else if (!call.settle(message.answer)) {
      this.kill('invalid-output', 'an answer that does not fit its call');
      return;
    }
    this.calls.remove(message.call);
    this.noteRss(message.rssBytes);
    this.listener.onFree();
  }

  private failAll(reason: ClassifierFailure | 'closed', detail: string): void {
    clearTimeout(this.startTimer);
    this.callsLost += this.calls.size;
    this.calls.failAll(reason, detail);
  }

  /** A process that closed its channel is of no more use; how it ended is told by its exit. */
  private hangUp(): void {
    if (this.ending !== undefined) return;
    this.ending = { reason: 'crashed', detail: 'closed its channel' };
    this.process.kill('SIGKILL');
  }

  private crash(end: string): void {
    if (this.ending === undefined || this.ending.reason === 'crashed') this.ending = { reason: 'crashed', detail: end };
    this.failAll('crashed', end);
  }

  private fault(error: Error): void {
    if (this.pid !== undefined) {
      this.kill('crashed', error.message);
      return;
    }
    this.crash(`could not be forked: ${error.message}`);
    this.die();
  }

  private die(): void {
    if (this.gone) return;
    this.gone = true;
    const { reason, detail } = this.ending ?? { reason: 'crashed', detail: 'ended' };
    this.listener.onDeath({
      pid: this.pid,
      reason,
      detail: reason === 'crashed' ? `${detail}\n${this.lastWords}`.trim() : detail,
      wasWarm: this.model !== undefined,
      callsTaken: this.calls.total,
      callsLost: this.callsLost,
    });
  }
}

const endOf = (code: number | null, signal: NodeJS.Signals | null): string =>
  signal === null ? `exit code ${code ?? 'unknown'}` : `ended by ${signal}`;

const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;

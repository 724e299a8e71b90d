import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

import type { BenchContext } from '../bench-context.js';
import { isFromGenerator, type FromGenerator, type OpenGenerator, type ToGenerator } from './generator-messages.js';
import type { RequestPlan } from './request-plan.js';
import type { RunLog } from './run-log.js';

/** What gets no answer within this of the last request gets none. */
const ANSWER_MS_MAX = 15_000;
const OPEN_MS_MAX = 30_000;
/** Beyond what a run may take by its plan. */
const RUN_GRACE_MS = 60_000;

/** The load generator as a process of its own. */
export class Generator {
  private constructor(
    private readonly child: ChildProcess,
    private readonly signal: AbortSignal,
  ) {}

  /** @throws Error when it does not start, or the signal is aborted */
  static async open({ signal, cleanup }: BenchContext, what: Omit<OpenGenerator, 'kind'>): Promise<Generator> {
    const child = fork(new URL('./generator-process.js', import.meta.url), {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      serialization: 'advanced', // columns of numbers stay columns
      detached: process.platform !== 'win32', // Ctrl-C is for the benchmark, which ends it
    });
    const ended = once(child, 'exit').catch(() => undefined);
    cleanup.defer(async () => {
      child.kill('SIGKILL'); // it keeps nothing
      await ended;
    });
    const generator = new Generator(child, signal);
    await generator.ask({ kind: 'open', ...what }, 'opened', OPEN_MS_MAX, () => undefined);
    return generator;
  }

  /** Undefined when it has ended. */
  get pid(): number | undefined {
    return this.child.pid;
  }

  /**
   * Sends all requests of a plan.
   *
   * @param onProgress told from time to time how many are sent
   * @throws Error when it died or broke, and when the signal is aborted
   */
  async run(plan: RequestPlan, onProgress: (sent: number) => void): Promise<RunLog> {
    const limitMs = (plan.atMs.at(-1) ?? 0) + ANSWER_MS_MAX + RUN_GRACE_MS;
    const answer = await this.ask({ kind: 'run', plan, answerMsMax: ANSWER_MS_MAX }, 'ran', limitMs, onProgress);
    return answer.log;
  }

  private ask<K extends 'opened' | 'ran'>(
    message: ToGenerator,
    kind: K,
    limitMs: number,
    onProgress: (sent: number) => void,
  ): Promise<Extract<FromGenerator, { kind: K }>> {
    const { child, signal } = this;
    const limit = AbortSignal.any([signal, AbortSignal.timeout(limitMs)]);
    return new Promise((resolve, reject) => {
      const settle = (end: () => void): void => {
        child.off('message', onMessage).off('exit', onExit);
        limit.removeEventListener('abort', onLimit);
        end();
      };
      const onMessage = (told: unknown): void => {
        if (!isFromGenerator(told)) return;
        if (told.kind === 'progress') onProgress(told.sent);
        else if (isOf(told, kind)) settle(() => resolve(told));
        else if (told.kind === 'broken') settle(() => reject(new Error(`the load generator: ${told.why}`)));
      };
      const onExit = (): void => settle(() => reject(new Error('the load generator died')));
      const onLimit = (): void =>
        settle(() => reject(signal.aborted ? abortReason(signal) : new Error('the load generator does not answer')));
      child.on('message', onMessage).once('exit', onExit);
      limit.addEventListener('abort', onLimit);
      if (limit.aborted) onLimit();
      else child.send(message);
    });
  }
}

const isOf = <K extends FromGenerator['kind']>(
  told: FromGenerator,
  kind: K,
): told is Extract<FromGenerator, { kind: K }> => told.kind === kind;

const abortReason = ({ reason }: AbortSignal): Error => (reason instanceof Error ? reason : new Error('stopped'));

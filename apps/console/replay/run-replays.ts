import { randomUUID } from 'node:crypto';

import { OperationalError } from '#contracts/errors.js';
import { completePolicy, type PolicyDocument } from '#moderation/policy.js';
import { Replay } from '#moderation/replay/replay.js';
import { PollLoop } from '#persistence/poll-loop.js';
import type { PolicyStore } from '#persistence/policy-store.js';
import type { ReplayStore, StoredReplay } from '#persistence/replay-store.js';
import type { ScorePage, ScoreStore, ScoreWindow } from '#persistence/score-store.js';
import type { Logger } from '#telemetry/logger.js';

/** Of one statement: some tens of milliseconds, and what the process holds of scores at a time. */
const PAGE = 2_000;
/** Longer than a page may take with all its statements: nobody else begins it while it runs. */
const LEASE_MS = 30_000;
/** Whose worker dies this often kills it. */
const TRIES_MAX = 3;
const REST_MS = 1_000;
/** Ten million assets are five thousand pages: one that the database does not answer in time must not cost all the others. */
const PAGE_TRIES_MAX = 4;
const PAGE_REST_MS = 1_000;

const INTERRUPTED =
  'Each time it was begun the console was stopped, or the database late, in the middle of it: ask for it again.';
const BROKEN = 'It could not be carried out: the console’s log says why.';

export interface RunReplaysParts {
  readonly replays: Pick<ReplayStore, 'take' | 'goOn' | 'finish' | 'giveBack' | 'fail'>;
  readonly scores: Pick<ScoreStore, 'page'>;
  /** Resolves after so many milliseconds. */
  readonly rest: (ms: number) => Promise<unknown>;
  readonly policies: Pick<PolicyStore, 'find'>;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
}

/**
 * Works on the replays that people asked for, one at a time: reads stored scores page by page and weighs them. Memory holds
 * a page, whatever the window. One whose console dies is begun anew by the next that looks, when its lease has ended.
 */
export class RunReplays {
  private readonly loop = new PollLoop(() => this.look(), REST_MS);
  private readonly token = randomUUID();

  constructor(private readonly parts: RunReplaysParts) {}

  start(): void {
    this.loop.start();
  }

  wake(): void {
    this.loop.wake();
  }

  stop(): Promise<void> {
    return this.loop.stop();
  }

  private async look(): Promise<boolean> {
    try {
      const replay = await this.parts.replays.take(this.token, LEASE_MS);
      if (replay === undefined) return false;
      await this.work(replay);
      return true;
    } catch (error) {
      this.parts.log.warn({ err: error }, 'replays wait for the database');
      return false;
    }
  }

  private async work(replay: StoredReplay): Promise<void> {
    const { replays, log } = this.parts;
    const { id, version, tries } = replay;
    if (tries > TRIES_MAX) return replays.fail(id, this.token, INTERRUPTED);
    try {
      await this.replay(replay);
    } catch (error) {
      // the lease ends, and whoever comes then begins it anew
      if (error instanceof OperationalError) throw error;
      log.error({ err: error, replay: id, version }, 'a replay failed');
      await replays.fail(id, this.token, BROKEN);
    }
  }

  private async replay(asked: StoredReplay): Promise<void> {
    const { id, version, against, clientId, receivedFrom, receivedBefore } = asked;
    const { replays, log } = this.parts;
    const replay = new Replay(await this.document(against), await this.tried(asked));
    const window: ScoreWindow = { from: receivedFrom, before: receivedBefore, clientId };
    let cursor: string | undefined;
    let handled = 0;
    for (;;) {
      const { sample, ids, next, reachedMs } = await this.page(window, cursor);
      replay.add(sample.columns, (row) => ids[row] ?? '');
      handled += ids.length;
      if (next === null) break;
      const progress = reachedMs === null ? 0 : shareOf(window, reachedMs);
      const mine = await replays.goOn(id, this.token, LEASE_MS, { handled, progress });
      if (!mine) return;
      if (this.loop.isStopped) return replays.giveBack(id, this.token);
      cursor = next;
    }
    await replays.finish(id, this.token, replay.result());
    log.info({ replay: id, version, against, assets: handled }, 'a policy was replayed');
  }

  /** @throws DatabaseLate when the database was late for it several times */
  private async page(window: ScoreWindow, cursor: string | undefined): Promise<ScorePage> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.parts.scores.page(window, PAGE, cursor);
      } catch (error) {
        if (!(error instanceof OperationalError) || tries >= PAGE_TRIES_MAX || this.loop.isStopped) throw error;
        await this.parts.rest(PAGE_REST_MS);
      }
    }
  }

  /** A version never changes; of a draft, what it said when somebody asked. */
  private async tried({ version, draft }: StoredReplay): Promise<PolicyDocument> {
    if (draft !== null) return completePolicy(draft.document);
    if (version === null) throw new Error('a replay of nothing');
    return this.document(version);
  }

  private async document(version: number): Promise<PolicyDocument> {
    const policy = await this.parts.policies.find(version);
    if (policy === undefined) throw new Error(`there is no policy version ${version}`);
    return policy.document;
  }
}

/** How much of a window lies behind, read from its end. */
function shareOf({ from, before }: ScoreWindow, reachedMs: number): number {
  const share = (before.getTime() - reachedMs) / (before.getTime() - from.getTime());
  return Math.min(1, Math.max(0, share));
}

import { Problem } from '#contracts/problems.js';
import type { ReplayAnswer, ReplayList } from '#contracts/replay-answer.js';
import type { ReplayBody } from '#contracts/replay-body.js';
import type { PolicyStore } from '#persistence/policy-store.js';
import type { ReplayStore, StoredReplay } from '#persistence/replay-store.js';

import { presentReplay } from './present-replay.js';
import { scoreWindow } from './score-window.js';

/** One console works on one at a time: more would wait for too long, and nobody's may be all that others wait for. */
const LIMITS = { waitingMax: 20, ownWaitingMax: 5 };
const LISTED_MAX = 20;

export interface AskReplayParts {
  readonly policies: Pick<PolicyStore, 'find' | 'findLive'>;
  readonly replays: ReplayStore;
  /** There may be work. */
  readonly wake: () => void;
  readonly nowMs: () => number;
}

/** Has policies replayed over stored scores, and tells what came of it. */
export class AskReplay {
  constructor(private readonly parts: AskReplayParts) {}

  /**
   * A draft is compared with the live version; the live version, or a retired one, with the version that it followed.
   *
   * @throws Problem `not-found`; `invalid-request` for a window that is none or too long, or an unknown client; `overloaded`
   */
  async ask(version: number, body: ReplayBody, askedBy: string): Promise<ReplayAnswer> {
    const { replays, wake, nowMs } = this.parts;
    const against = await this.against(version);
    const { from, before, clientId } = await scoreWindow(body, replays, nowMs());
    const order = { version, against, clientId, receivedFrom: from, receivedBefore: before, askedBy };
    const asked = await replays.ask(order, LIMITS);
    if (asked === undefined)
      throw new Problem('overloaded', 'Many replays wait, or many of yours: come back when some have ended.');
    wake();
    return presentReplay(asked);
  }

  /** The newest first. @throws Problem `not-found` */
  async ofVersion(version: number): Promise<ReplayList> {
    if ((await this.parts.policies.find(version)) === undefined) throw noVersion();
    return { items: (await this.parts.replays.ofVersion(version, LISTED_MAX)).map(presentReplay) };
  }

  /** @throws Problem `not-found` */
  async read(id: string): Promise<ReplayAnswer> {
    return presentReplay(await this.find(id));
  }

  /** @throws Problem `not-found`; `conflict` for one that has ended */
  async cancel(id: string): Promise<ReplayAnswer> {
    const { state } = await this.find(id);
    const cancelled = await this.parts.replays.cancel(id);
    if (cancelled === undefined) throw new Problem('conflict', `The replay has ended already: it is ${state}.`);
    return presentReplay(cancelled);
  }

  private async find(id: string): Promise<StoredReplay> {
    const replay = await this.parts.replays.find(id);
    if (replay === undefined) throw new Problem('not-found', 'There is no replay with this id.');
    return replay;
  }

  private async against(version: number): Promise<number> {
    const { policies } = this.parts;
    const tried = await policies.find(version);
    if (tried === undefined) throw noVersion();
    const against = tried.state === 'draft' ? (await policies.findLive())?.version : tried.baseVersion;
    if (against === undefined || against === null) {
      throw new Problem('conflict', 'There is no version to compare it with.');
    }
    return against;
  }
}

const noVersion = (): Problem => new Problem('not-found', 'There is no policy with this version.');

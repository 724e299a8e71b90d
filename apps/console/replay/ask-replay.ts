import { Problem } from '#contracts/problems.js';
import type { ReplayAnswer, ReplayDetailAnswer, ReplayList } from '#contracts/replay-answer.js';
import type { ReplayBody } from '#contracts/replay-body.js';
import type { PolicyDraftStore } from '#persistence/policy-draft-store.js';
import type { PolicyStore } from '#persistence/policy-store.js';
import type { ReplayStore, StoredReplay, TriedDraft } from '#persistence/replay-store.js';

import { presentReplay } from './present-replay.js';
import { scoreWindow } from './score-window.js';

/** One console works on one at a time: more would wait for too long, and nobody's may be all that others wait for. */
const LIMITS = { waitingMax: 20, ownWaitingMax: 5 };
const LISTED_MAX = 20;

export interface AskReplayParts {
  readonly policies: Pick<PolicyStore, 'find' | 'findLive'>;
  readonly drafts: Pick<PolicyDraftStore, 'find'>;
  readonly replays: ReplayStore;
  /** There may be work. */
  readonly wake: () => void;
  readonly nowMs: () => number;
}

interface Tried {
  readonly version: number | null;
  readonly draft: TriedDraft | null;
  readonly against: number;
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
    return this.order({ version, draft: null, against: await this.against(version) }, body, askedBy);
  }

  /** The same for a draft as it says now, which is compared with the live version. */
  async askOfDraft(id: string, body: ReplayBody, askedBy: string): Promise<ReplayAnswer> {
    const { drafts, policies } = this.parts;
    const [draft, live] = [await drafts.find(id), await policies.findLive()];
    if (draft === undefined) throw noDraft();
    if (live === undefined) throw new Problem('conflict', 'There is no version to compare it with.');
    return this.order({ version: null, draft, against: live.version }, body, askedBy);
  }

  private async order(tried: Tried, body: ReplayBody, askedBy: string): Promise<ReplayAnswer> {
    const { replays, wake, nowMs } = this.parts;
    const { from, before, clientId } = await scoreWindow(body, replays, nowMs());
    const order = { ...tried, clientId, receivedFrom: from, receivedBefore: before, askedBy };
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

  /** Of a draft that was not handed in yet. @throws Problem `not-found` */
  async ofDraft(id: string): Promise<ReplayList> {
    if ((await this.parts.drafts.find(id)) === undefined) throw noDraft();
    return { items: (await this.parts.replays.ofDraft(id, LISTED_MAX)).map(presentReplay) };
  }

  /** @throws Problem `not-found` */
  async read(id: string): Promise<ReplayDetailAnswer> {
    const replay = await this.find(id);
    const assetIds = replay.result?.affected.map(({ assetId }) => assetId) ?? [];
    const cases = assetIds.length === 0 ? [] : await this.parts.replays.casesOf(assetIds);
    return { ...presentReplay(replay), cases };
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

const noDraft = (): Problem =>
  new Problem('not-found', 'There is no draft with this id: it was handed in or discarded.');
const noVersion = (): Problem => new Problem('not-found', 'There is no policy with this version.');

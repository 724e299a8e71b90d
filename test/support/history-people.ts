import { expect } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { STARTING_POLICY } from '#moderation/policy.js';
import type { ProvisionalVerdict } from '#moderation/words.js';
import { DeadLetterStore } from '#persistence/dead-letter-store.js';
import { PolicyStore } from '#persistence/policy-store.js';
import { ReviewStore } from '#persistence/review-store.js';
import { ReviewUndoStore } from '#persistence/review-undo-store.js';
import { pick, type ModelAsset } from './history-model.js';
import { directly, type Asking } from './history-pause.js';

const HOUR_MS = 3_600_000;
const CLOSER = { by: 'test', note: 'test' };
const MODERATOR = { name: 'moderator', senior: false };

/** What people do in a history, in the stores and in the model: moderators decide, admins close letters and publish. */
export class HistoryPeople {
  private readonly letters: DeadLetterStore;
  private readonly reviews: ReviewStore;
  private readonly policies: PolicyStore;

  constructor(private readonly database: DataSource) {
    this.letters = new DeadLetterStore(database);
    this.reviews = new ReviewStore(database);
    this.policies = new PolicyStore(database);
  }

  /** A moderator takes a case and decides it. */
  async decide(
    assets: readonly ModelAsset[],
    { turn, verdict }: { readonly turn: number; readonly verdict: ProvisionalVerdict },
    asking: Asking = directly(this.database),
  ): Promise<void> {
    const asset = pick(
      assets.filter(({ inReview }) => inReview),
      turn,
    );
    if (asset === undefined) return;
    const [review] = await this.database.query<{ id: string }[]>(
      `SELECT id FROM review WHERE asset_id = $1 AND state IN ('open', 'claimed')`,
      [asset.id],
    );
    const id = review?.id ?? '';
    const { version } = await this.policies.live();
    expect(await this.reviews.claim(id, MODERATOR, Date.now(), HOUR_MS)).toMatchObject({ kind: 'claimed' });
    const decision = { verdict, policyLabel: null, note: '', moderator: MODERATOR.name };
    const { answer, again } = await asking((database) =>
      new ReviewStore(database).decide(id, decision, version, Date.now()),
    );
    asset.decide(verdict);
    const { transition, served, revisions: revision } = asset;
    const decided = { kind: 'decided', revision, transition, served };
    // who was told nothing may have decided it the first time
    if (again) expect(['decided', 'refused']).toContain(answer.kind);
    else expect(answer).toMatchObject(decided);
  }

  /** A moderator takes a decision back, where it is still there to be taken back. */
  async undo(assets: readonly ModelAsset[], turn: number): Promise<void> {
    const asset = pick(
      assets.filter(({ locked }) => locked),
      turn,
    );
    if (asset === undefined) return;
    const decision = { assetId: asset.id, revision: asset.standing };
    const undoing = { who: MODERATOR, atMs: Date.now(), note: null, leaseMs: null };
    const undone = await new ReviewUndoStore(this.database).undo(decision, undoing);
    if (asset.erased) {
      expect(undone).toEqual({ kind: 'refused', why: 'erased' });
      return;
    }
    asset.undo();
    const { verdict, transition, served, revisions: revision } = asset;
    expect(undone).toMatchObject({ kind: 'undone', revision, verdict, transition, served });
  }

  /** An admin closes an open dead letter, one way or the other. */
  async closeLetter(assets: readonly ModelAsset[], how: 'resubmit' | 'discard', turn: number): Promise<void> {
    const asset = pick(
      assets.filter(({ letterOpen }) => letterOpen),
      turn,
    );
    if (asset === undefined) return;
    const [letter] = await this.database.query<{ id: number }[]>(
      `SELECT id::float8 AS id FROM dead_letter WHERE asset_id = $1 AND closed_at IS NULL`,
      [asset.id],
    );
    const id = letter?.id ?? Number.NaN;
    if (how === 'resubmit') {
      expect(await this.letters.resubmit([id], CLOSER)).toEqual([{ id, outcome: asset.resubmit() }]);
    } else {
      expect(await this.letters.discard([id], CLOSER)).toEqual([{ id, outcome: 'discarded' }]);
      asset.letterOpen = false;
    }
  }

  /** Dead letters are open where nobody has closed them, and nothing has labelled their asset since. */
  async check(assets: readonly ModelAsset[]): Promise<void> {
    const open = await this.database.query<{ id: string }[]>(
      `SELECT asset_id AS id FROM dead_letter WHERE closed_at IS NULL AND asset_id = ANY ($1) ORDER BY asset_id`,
      [assets.map(({ id }) => id)],
    );
    expect(open.map(({ id }) => id)).toEqual(assets.filter(({ letterOpen }) => letterOpen).map(({ id }) => id));
  }

  async publish(): Promise<void> {
    const { version } = await this.policies.draft({ document: STARTING_POLICY, note: 'test', author: 'test' });
    expect(await this.policies.publish(version, 'test')).toMatchObject({ kind: 'published' });
  }
}

import type { PolicyMergeAnswer } from '#contracts/policy-answer.js';
import type { PolicyDraftBeginBody, PolicyDraftSaveBody } from '#contracts/policy-draft-body.js';
import { Problem } from '#contracts/problems.js';
import type { PolicyVersionEntity } from '#persistence/entities/policy-version.entity.js';
import type {
  DraftContent,
  DraftRefusal,
  PolicyDraftStore,
  StoredPolicyDraft,
} from '#persistence/policy-draft-store.js';

import type { MergePolicy } from './merge-policy.js';
import { refuseFaults } from './refuse-faults.js';

/** More than people work on at a time, and few enough to look through. */
const DRAFTS_MAX = 50;

/** Policies that somebody still writes: kept for as long as it takes, and then made a version. */
export class WriteDraft {
  constructor(
    private readonly drafts: PolicyDraftStore,
    private readonly merges: Pick<MergePolicy, 'stale' | 'ofDraft'>,
  ) {}

  list(): Promise<StoredPolicyDraft[]> {
    return this.drafts.list(DRAFTS_MAX);
  }

  /** @throws Problem `not-found` */
  async read(id: string): Promise<StoredPolicyDraft> {
    const draft = await this.drafts.find(id);
    if (draft === undefined) throw gone();
    return draft;
  }

  /** @throws Problem `invalid-policy`; `conflict` where there are too many drafts; `invalid-request` for no base */
  async begin(body: PolicyDraftBeginBody, author: string): Promise<StoredPolicyDraft> {
    refuseFaults(body.document);
    const begun = await this.drafts.begin(contentOf(body), author, DRAFTS_MAX);
    if (begun === undefined) {
      throw new Problem('conflict', `There are ${DRAFTS_MAX} drafts already: discard what nobody needs.`);
    }
    if (begun.kind === 'refused') throw await this.problem(begun);
    return begun.draft;
  }

  /** @throws Problem `invalid-policy`; `not-found`; `forbidden` for another's; `conflict` when it was saved since */
  async save(id: string, body: PolicyDraftSaveBody, by: string): Promise<StoredPolicyDraft> {
    refuseFaults(body.document);
    const saved = await this.drafts.save({ id, revision: body.revision, by }, contentOf(body));
    if (saved.kind === 'refused') throw await this.problem(saved);
    return saved.draft;
  }

  /** @throws Problem `not-found`; `conflict` when it was saved since */
  async discard(id: string, revision: number): Promise<void> {
    const discarded = await this.drafts.discard({ id, revision });
    if (discarded.kind === 'refused') throw await this.problem(discarded);
  }

  /** @throws Problem as saving does; `policy-base-stale` with all that a merge needs */
  async handIn(id: string, revision: number, by: string): Promise<PolicyVersionEntity> {
    const done = await this.drafts.handIn({ id, revision, by });
    if (done.kind === 'refused') throw await this.problem(done);
    return done.version;
  }

  /** What it and the live version both made of its base. @throws Problem `not-found` */
  async merge(id: string): Promise<PolicyMergeAnswer> {
    return this.merges.ofDraft(await this.read(id));
  }

  private async problem(refused: DraftRefusal): Promise<Problem> {
    switch (refused.why) {
      case 'unknown':
        return gone();
      case 'no_base':
        return faultAt('/baseVersion', 'is no version');
      case 'no_note':
        return faultAt('/note', 'must say what changes and why');
      case 'not_yours':
        return new Problem(
          'forbidden',
          `${refused.author} writes this draft: begin one of your own with what it says.`,
        );
      case 'saved_since':
        return new Problem('conflict', 'The draft was saved since you opened it, such as in another tab.');
      case 'stale_base': {
        const { draft, liveVersion } = refused;
        const detail = `Version ${liveVersion} went live since this draft was begun on version ${draft.baseVersion}.`;
        return this.merges.stale(draft.baseVersion, draft.document, detail);
      }
    }
  }
}

const contentOf = ({ document, note = '', baseVersion }: PolicyDraftBeginBody): DraftContent => ({
  document,
  note,
  baseVersion,
});

const gone = (): Problem => new Problem('not-found', 'There is no draft with this id: it was handed in or discarded.');

const faultAt = (pointer: string, detail: string): Problem =>
  new Problem('invalid-request', 'The draft is not as it must be.', { errors: [{ pointer, detail }] });

import type { EntityManager } from 'typeorm';

import type { PolicyState } from '#moderation/words.js';

import { PolicyVersionEntity } from './entities/policy-version.entity.js';

/** What a draft must have before it is published. */
export interface Demands {
  /** Somebody else has agreed to it. */
  readonly approval: boolean;
  /** It was replayed against the version that is live, over some asset where there is one. */
  readonly replay: boolean;
}

/** Why a step is not taken. */
export type PolicyRefusal =
  | { readonly kind: 'refused'; readonly why: 'unknown' }
  | { readonly kind: 'refused'; readonly why: 'not_a_draft'; readonly state: PolicyState }
  | {
      readonly kind: 'refused';
      readonly why: 'stale_base';
      readonly baseVersion: number | null;
      readonly liveVersion: number | null;
    }
  | { readonly kind: 'refused'; readonly why: 'not_replayed' | 'not_approved' | 'own_draft' }
  | { readonly kind: 'refused'; readonly why: 'refused'; readonly by: string };

export type Publication = { readonly kind: 'published'; readonly version: PolicyVersionEntity } | PolicyRefusal;

/** A draft on top of what is live, or why it is none. */
type Readiness =
  | { readonly kind: 'ready'; readonly draft: PolicyVersionEntity; readonly live: PolicyVersionEntity | null }
  | PolicyRefusal;

/** Lets one transaction at a time change what is live. Until its end. */
export const holdPublishing = (transaction: EntityManager): Promise<unknown> =>
  transaction.query(`SELECT pg_advisory_xact_lock(hashtext('portcullis.publish'))`);

/** Whether a version can be published now. To be asked while publishing is held. */
export async function readyToPublish(
  transaction: EntityManager,
  version: number,
  { approval, replay }: Demands,
): Promise<Readiness> {
  const draft = await transaction.findOneBy(PolicyVersionEntity, { version });
  if (draft === null) return { kind: 'refused', why: 'unknown' };
  if (draft.state !== 'draft') return { kind: 'refused', why: 'not_a_draft', state: draft.state };
  if (draft.refusedBy !== null) return { kind: 'refused', why: 'refused', by: draft.refusedBy };
  const live = await transaction.findOneBy(PolicyVersionEntity, { state: 'live' });
  const liveVersion = live?.version ?? null;
  const { baseVersion } = draft;
  if (liveVersion !== baseVersion) return { kind: 'refused', why: 'stale_base', baseVersion, liveVersion };
  if (replay && live !== null && !(await wasReplayed(transaction, version, live.version))) {
    return { kind: 'refused', why: 'not_replayed' };
  }
  if (approval && draft.approvedBy === null) return { kind: 'refused', why: 'not_approved' };
  return { kind: 'ready', draft, live };
}

/** Publishes a draft and retires what was live. To be done while publishing is held. */
export async function publishDraft(
  transaction: EntityManager,
  version: number,
  publisher: string,
  demands: Demands,
): Promise<Publication> {
  const ready = await readyToPublish(transaction, version, demands);
  if (ready.kind === 'refused') return ready;
  return { kind: 'published', version: await replaceLive(transaction, ready.draft, ready.live, publisher) };
}

/** Makes a draft the live version, and what was live a retired one. */
export async function replaceLive(
  transaction: EntityManager,
  draft: PolicyVersionEntity,
  live: PolicyVersionEntity | null,
  publisher: string,
): Promise<PolicyVersionEntity> {
  if (live !== null) await transaction.update(PolicyVersionEntity, { version: live.version }, { state: 'retired' });
  Object.assign(draft, { state: 'live', publishedBy: publisher, publishedAt: new Date() });
  return transaction.save(draft);
}

/** A replay over a window that nothing was received in has looked at nothing; it will do where there is nothing to look at. */
async function wasReplayed(transaction: EntityManager, version: number, against: number): Promise<boolean> {
  const rows = await transaction.query<unknown[]>(
    `SELECT 1 FROM replay WHERE version = $1 AND against = $2 AND state = 'done'
       AND (handled > 0 OR NOT EXISTS (SELECT 1 FROM asset WHERE erased_at IS NULL)) LIMIT 1`,
    [version, against],
  );
  return rows.length > 0;
}

import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link, useLocation } from 'wouter';

import type { PolicyDraftAnswer } from '#contracts/policy-answer.js';
import type { FieldFault } from '#contracts/problems.js';

import { ApiError } from '../api/api-error.js';
import { createDraft, saveDraft } from '../api/policies.js';
import { KEYS } from '../api/query-keys.js';
import { isAtLeast, useSession } from '../session/use-session.js';
import { tell } from '../toasts/toasts.js';
import { addressOf, type Shown } from './address.js';
import type { Tuning } from './use-tuning.js';

type Sent = Pick<Tuning, 'document' | 'moves'>;

interface Saving {
  readonly save: () => void;
  readonly isPending: boolean;
  readonly error: Error | null;
  /** What the service finds wrong with the policy, by place. */
  readonly faults: readonly FieldFault[];
}

/** Saves what was moved to a draft, or begins one with it. @param draft undefined: the live policy was moved */
export function useSaving(
  shown: Shown,
  tuning: Tuning,
  draft: PolicyDraftAnswer | undefined,
  liveVersion: number,
): Saving {
  const client = useQueryClient();
  const [, go] = useLocation();
  const { document, moves, settle } = tuning;
  const saving = useMutation({
    mutationFn: (sent: Sent) =>
      draft === undefined
        ? createDraft({ document: sent.document, note: '' }, liveVersion)
        : saveDraft(draft.id, { document: sent.document, note: draft.note }, draft.baseVersion, draft.revision),
    onSuccess: (saved, sent) => {
      client.setQueryData(KEYS.policyDraft(saved.id), saved);
      void client.invalidateQueries({ queryKey: KEYS.policyDrafts, exact: true });
      settle(sent.moves, saved.id);
      tell(draft === undefined ? 'A draft has begun with these thresholds.' : 'Saved to the draft.', { tone: 'good' });
      if (draft === undefined) go(addressOf({ ...shown, draft: saved.id }), { replace: true });
    },
    onError: (error) => {
      // somebody saved it elsewhere: what they wrote is read, and what was moved here lies on top
      if (isOvertaken(error) && draft !== undefined) {
        void client.invalidateQueries({ queryKey: KEYS.policyDraft(draft.id) });
      }
    },
  });
  return {
    save: () => saving.mutate({ document, moves }),
    isPending: saving.isPending,
    error: saving.error,
    faults: saving.error instanceof ApiError ? saving.error.errors : [],
  };
}

const isOvertaken = (error: unknown): boolean => error instanceof ApiError && error.status === 409;

interface SaveBarProps {
  readonly shown: Shown;
  readonly tuning: Tuning;
  readonly draft: PolicyDraftAnswer | undefined;
  readonly saving: Saving;
  /** What stands in a field is no threshold. */
  readonly isWrong: boolean;
}

/** Says what is saved and what is not, and saves it. */
export function SaveBar({ shown, tuning, draft, saving, isWrong }: SaveBarProps): ReactNode {
  const { role, name } = useSession();
  const { moves, forget } = tuning;
  const isOwn = draft === undefined || draft.author === name;
  if (!isAtLeast('admin', role)) return <p className="soft small">Admins draft policies; you can look, and try.</p>;
  return (
    <div className="tune-save-bar">
      <span className={moves.length === 0 ? 'soft small' : 'badge warn'}>
        {moves.length === 0 ? 'Nothing is moved' : `${moves.length} of 6 pairs moved, not saved`}
      </span>
      {moves.length === 0 ? null : (
        <button type="button" className="button plain" disabled={saving.isPending} onClick={forget}>
          Forget
        </button>
      )}
      {isOwn ? (
        <button
          type="button"
          className="button main"
          disabled={moves.length === 0 || isWrong || saving.isPending}
          onClick={saving.save}
        >
          {draft === undefined ? 'Begin a draft with these thresholds' : 'Save to the draft'}
        </button>
      ) : (
        <span className="soft small foreign">{draft.author} writes this draft, and nobody else saves it.</span>
      )}
      {draft === undefined ? null : <Ways id={draft.id} isSaved={moves.length === 0} shown={shown} />}
    </div>
  );
}

interface WaysProps {
  readonly id: string;
  readonly isSaved: boolean;
  readonly shown: Shown;
}

/** Where a draft goes from here. */
const Ways = ({ id, isSaved, shown }: WaysProps): ReactNode => (
  <>
    {isSaved ? (
      <Link href={`/policies/drafts/${id}/what-would-change`} className="button">
        What would change
      </Link>
    ) : (
      <button type="button" className="button" disabled title="Save first: it replays what is saved">
        What would change
      </button>
    )}
    <Link href={`/policies/drafts/${id}`} className="button">
      The draft
    </Link>
    <Link href={addressOf({ ...shown, draft: undefined })} className="button plain">
      Live policy
    </Link>
  </>
);

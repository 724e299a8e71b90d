import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { Link, useLocation } from 'wouter';

import type { PolicyDraftAnswer } from '#contracts/policy-answer.js';

import { ApiError } from '../api/api-error.js';
import { discardDraft, useDraft, useLivePolicy } from '../api/policies.js';
import { KEYS } from '../api/query-keys.js';
import { isAtLeast, useSession } from '../session/use-session.js';
import { tell } from '../toasts/toasts.js';
import { Empty, Loading } from '../ui/empty.js';
import { FormDialog } from '../ui/form-dialog.js';
import { Icon } from '../ui/icon.js';
import { ProblemNote } from '../ui/problem-note.js';
import { BeginDraft } from './begin-draft.js';
import { DraftEditor } from './draft-editor.js';
import { keepEdit, keptEdit } from './kept-edits.js';
import { PolicyTables } from './policy-tables.js';
import '../styles/table.css';
import './policies.css';

/** A policy that somebody still writes. */
export function DraftPage({ id }: { readonly id: string }): ReactNode {
  const { role, name } = useSession();
  const { data: draft, error, isPending, refetch } = useDraft(id);
  const { data: live } = useLivePolicy();
  const isOwn = draft?.author === name && isAtLeast('admin', role);
  if (error instanceof ApiError && error.status === 404) return <Gone had={isOwn ? draft : undefined} />;
  return (
    <>
      <header className="page-head">
        <Link href="/policies" className="button plain little" aria-label="All policies">
          <Icon name="back" />
        </Link>
        <h1>{draft === undefined || isOwn ? 'Your draft' : `Draft of ${draft.author}`}</h1>
        {draft === undefined ? null : (
          <>
            <span className="badge">on version {draft.baseVersion}</span>
            <span className="grow" />
            {isAtLeast('admin', role) ? <Discard draft={draft} /> : null}
          </>
        )}
      </header>
      <div className="page-body policies">
        {error === null ? null : <ProblemNote error={error} retry={() => void refetch()} />}
        {isPending ? <Loading what="the draft" /> : null}
        {draft === undefined || live === undefined ? null : isOwn ? (
          <DraftEditor key={draft.id} draft={draft} liveVersion={live.version} />
        ) : (
          <OthersDraft draft={draft} />
        )}
      </div>
    </>
  );
}

/** @param had one's own, as this page read it last: what was typed since is kept beside it */
function Gone({ had }: { readonly had: PolicyDraftAnswer | undefined }): ReactNode {
  const { name } = useSession();
  const carryOver = (from: PolicyDraftAnswer, to: PolicyDraftAnswer): void => {
    const kept = keptEdit(name, from.id);
    keepEdit(name, to.id, kept === undefined ? undefined : { ...kept, revision: to.revision });
    keepEdit(name, from.id, undefined);
  };
  return (
    <Empty icon="search" title="This draft is not there any more">
      <p>It was submitted, and is a version now, or somebody discarded it.</p>
      {had === undefined ? null : (
        <BeginDraft from={had} keepsNote liveVersion={had.baseVersion} onBegun={(draft) => carryOver(had, draft)}>
          Begin a draft with what you had
        </BeginDraft>
      )}
      <Link href="/policies" className="button">
        All policies
      </Link>
    </Empty>
  );
}

function OthersDraft({ draft }: { readonly draft: PolicyDraftAnswer }): ReactNode {
  const { role } = useSession();
  return (
    <>
      <div className="note">
        <Icon name="people" />
        <div>
          <p className="foreign">{draft.author} writes it, and nobody else changes it.</p>
          {isAtLeast('admin', role) ? (
            <p>
              <BeginDraft from={draft} keepsNote liveVersion={draft.baseVersion}>
                Begin one of your own with it
              </BeginDraft>
            </p>
          ) : null}
        </div>
      </div>
      <p className="foreign policy-note">{draft.note}</p>
      <PolicyTables document={draft.document} />
    </>
  );
}

function Discard({ draft: { id, revision } }: { readonly draft: PolicyDraftAnswer }): ReactNode {
  const client = useQueryClient();
  const { name } = useSession();
  const [, go] = useLocation();
  // what is saved while the question stands has not been seen
  const [seen, setSeen] = useState<number>();
  const discarding = useMutation({
    mutationFn: (looked: number) => discardDraft(id, looked),
    onSuccess: () => {
      keepEdit(name, id, undefined);
      tell('The draft is discarded.', { tone: 'good' });
      void client.invalidateQueries({ queryKey: KEYS.policyDrafts, exact: true });
      go('/policies');
    },
    onError: () => client.invalidateQueries({ queryKey: KEYS.policyDraft(id), exact: true }),
  });
  const begin = (): void => {
    discarding.reset();
    setSeen(revision);
  };
  return (
    <>
      <button type="button" className="button plain" onClick={begin}>
        Discard
      </button>
      {seen === undefined ? null : (
        <FormDialog
          title="Discard this draft"
          close={() => setSeen(undefined)}
          button="Discard it"
          isHarsh
          sending={discarding}
          submit={() => discarding.mutate(seen)}
        >
          <p>Nothing of it is kept.</p>
        </FormDialog>
      )}
    </>
  );
}

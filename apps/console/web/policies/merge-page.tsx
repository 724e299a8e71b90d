import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { Link, useLocation } from 'wouter';

import type { PolicyDraftAnswer, PolicyMergeAnswer } from '#contracts/policy-answer.js';

import { ApiError } from '../api/api-error.js';
import { readDraftMerge, saveDraft, useDraft } from '../api/policies.js';
import { KEYS } from '../api/query-keys.js';
import { useSession } from '../session/use-session.js';
import { tell } from '../toasts/toasts.js';
import { Loading } from '../ui/empty.js';
import { Icon } from '../ui/icon.js';
import { ProblemNote } from '../ui/problem-note.js';
import { editedOf } from './draft-edit.js';
import { keepEdit, keptEdit } from './kept-edits.js';
import { chosenPolicy, firstChoices, mergeRows, openChoices, type Choices } from './merge-choice.js';
import { MergeTable } from './merge-table.js';
import '../styles/table.css';
import './policies.css';

/** Brings a draft together with what went live since it was begun. */
export function MergePage({ id }: { readonly id: string }): ReactNode {
  const { data: draft, error: draftError } = useDraft(id);
  const {
    data: merge,
    error,
    refetch,
  } = useQuery({
    queryKey: KEYS.policyDraftMerge(id),
    queryFn: ({ signal }) => readDraftMerge(id, signal),
    staleTime: 0,
  });
  const problem = draftError ?? error;
  return (
    <>
      <header className="page-head">
        <Link href={`/policies/drafts/${id}`} className="button plain little" aria-label="Back to the draft">
          <Icon name="back" />
        </Link>
        <h1>Bring both together</h1>
      </header>
      <div className="page-body policies">
        {problem === null ? null : <ProblemNote error={problem} retry={() => void refetch()} />}
        {problem === null && (draft === undefined || merge === undefined) ? <Loading what="both" /> : null}
        {draft === undefined || merge === undefined ? null : (
          <Merge key={`${merge.liveVersion} ${draft.revision}`} draft={draft} merge={merge} />
        )}
      </div>
    </>
  );
}

interface MergeProps {
  readonly draft: PolicyDraftAnswer;
  readonly merge: PolicyMergeAnswer;
}

function Merge({ draft, merge }: MergeProps): ReactNode {
  const client = useQueryClient();
  const { name } = useSession();
  const [, go] = useLocation();
  const { baseVersion, liveVersion, documents } = merge;
  const rows = mergeRows(merge);
  const [choices, setChoices] = useState<Choices>(() => firstChoices(rows));
  const open = openChoices(rows, choices);
  const kept = keptEdit(name, draft.id);
  const isUnsaved = kept !== undefined && editedOf(draft, kept).isChanged;
  const saving = useMutation({
    mutationFn: () =>
      saveDraft(
        draft.id,
        { document: chosenPolicy(documents.theirs, rows, choices), note: draft.note },
        liveVersion,
        draft.revision,
      ),
    // what is kept says nothing else than the draft
    onMutate: () => keepEdit(name, draft.id, undefined),
    onSuccess: (saved) => {
      client.setQueryData(KEYS.policyDraft(draft.id), saved);
      void client.invalidateQueries({ queryKey: KEYS.policyDrafts });
      tell(`Your draft is on version ${liveVersion} now.`, { tone: 'good' });
      go(`/policies/drafts/${draft.id}`);
    },
  });
  if (baseVersion === liveVersion) {
    return <p className="soft">Nothing went live since: the draft is on version {liveVersion}, which is live.</p>;
  }
  return (
    <>
      <p>
        You began with version {baseVersion}; version {liveVersion} is live by now. Choose what your draft is to say
        where both differ.
      </p>
      <MergeTable
        rows={rows}
        choices={choices}
        choose={(path, side) => setChoices({ ...choices, [path]: side })}
        names={{ base: `Version ${baseVersion}`, theirs: `Version ${liveVersion}, live`, yours: 'Your draft' }}
        faults={saving.error instanceof ApiError ? saving.error.errors : []}
      />
      {saving.error === null ? null : <ProblemNote error={saving.error} />}
      <div className="draft-bar">
        <p className="grow" role="status">
          {open === 0 ? (
            <span className="soft">Every place is chosen.</span>
          ) : (
            <span className="badge warn">{open === 1 ? 'One place to choose' : `${open} places to choose`}</span>
          )}
        </p>
        {isUnsaved ? (
          <p className="note warn">
            <span>
              <Link href={`/policies/drafts/${draft.id}`}>Your draft has changes that are not saved yet</Link>: save or
              forget them first.
            </span>
          </p>
        ) : (
          <button
            type="button"
            className="button main"
            disabled={open > 0 || saving.isPending}
            onClick={() => saving.mutate()}
          >
            Make this my draft
          </button>
        )}
      </div>
    </>
  );
}

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';

import type { FieldFault } from '#contracts/problems.js';
import type { PolicyDraftAnswer } from '#contracts/policy-answer.js';

import { ApiError } from '../api/api-error.js';
import { saveDraft } from '../api/policies.js';
import { KEYS } from '../api/query-keys.js';
import { useSession } from '../session/use-session.js';
import { tell } from '../toasts/toasts.js';
import { afterSaving, beginEdit, editedOf, type DraftEdit, type Edited } from './draft-edit.js';
import { keepEdit, keptEdit } from './kept-edits.js';

/** What somebody does with a draft. */
export interface DraftWork {
  readonly edit: DraftEdit;
  readonly edited: Edited;
  readonly change: (edit: DraftEdit) => void;
  /** What is wrong, by place: what the pages see, and what the service said of the last saving. */
  readonly faults: readonly FieldFault[];
  /** Saves what there is to save. @returns the draft as it is then; undefined when it is refused */
  readonly save: () => Promise<PolicyDraftAnswer | undefined>;
  readonly isSaving: boolean;
  readonly error: Error | null;
  /** Forgets what was not saved. */
  readonly revert: () => void;
  /** It was saved elsewhere since, such as in another tab; undefined when it was not. */
  readonly catchUp: (() => void) | undefined;
}

/** Holds what is not saved of a draft: it outlives leaving the page, and closing the tab is warned about. */
export function useDraftEdit(draft: PolicyDraftAnswer): DraftWork {
  const client = useQueryClient();
  const { name } = useSession();
  const [edit, setEdit] = useState(() => keptEdit(name, draft.id) ?? beginEdit(draft));
  const [wantsFaults, setWantsFaults] = useState(false);
  const edited = editedOf(draft, edit);
  const keep = (next: DraftEdit, base: PolicyDraftAnswer): void =>
    keepEdit(name, draft.id, editedOf(base, next).isChanged ? next : undefined);
  const saving = useMutation({
    mutationFn: (sent: DraftEdit) => {
      const { document, note } = editedOf(draft, sent);
      return saveDraft(draft.id, { document, note }, draft.baseVersion, sent.revision);
    },
    onSuccess: (saved, sent) => {
      const next = afterSaving(keptEdit(name, draft.id) ?? sent, sent, saved);
      keep(next, saved);
      setEdit(next);
      client.setQueryData(KEYS.policyDraft(draft.id), saved);
      void client.invalidateQueries({ queryKey: KEYS.policyDrafts, exact: true });
    },
    onError: (_, sent) => {
      keep(keptEdit(name, draft.id) ?? sent, draft);
      // it may have been saved elsewhere
      return client.invalidateQueries({ queryKey: KEYS.policyDraft(draft.id), exact: true });
    },
  });
  // until a saving has ended, what it made of the draft is not on the page yet
  const isBehind = !saving.isPending && draft.revision !== edit.revision;
  // nothing of one's own is lost by it
  if (isBehind && !edited.isChanged) setEdit(beginEdit(draft));
  useFarewell(name, draft.id);
  const said = saving.error instanceof ApiError ? saving.error.errors : [];
  const settle = (next: DraftEdit): void => {
    setEdit(next);
    if (saving.isPending) {
      // what is back as it was differs from what is being saved
      keepEdit(name, draft.id, next);
    } else {
      saving.reset();
      keep(next, draft);
    }
  };
  return {
    edit,
    edited,
    change: settle,
    faults: wantsFaults || saving.isError ? [...edited.faults, ...said] : [],
    save: async () => {
      if (saving.isPending) return undefined;
      if (!edited.isChanged) return draft;
      setWantsFaults(true);
      if (edited.faults.length === 0) return saving.mutateAsync(edit).catch(() => undefined);
      tell('Not saved: mend what is marked.', { tone: 'bad' });
      return undefined;
    },
    isSaving: saving.isPending,
    error: saving.error,
    revert: () => settle(beginEdit(draft)),
    catchUp: isBehind ? () => settle({ ...edit, revision: draft.revision }) : undefined,
  };
}

/** Tells whoever leaves the page that not all is saved. */
function useFarewell(person: string, draftId: string): void {
  useEffect(
    () => () => {
      if (keptEdit(person, draftId) !== undefined) tell('Your draft has changes that are not saved yet.');
    },
    [person, draftId],
  );
}

import { useMutation, useQueryClient, type UseMutationResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useLocation } from 'wouter';

import type { PolicyAnswer, PolicyDraftAnswer } from '#contracts/policy-answer.js';

import { ApiError } from '../api/api-error.js';
import { submitDraft } from '../api/policies.js';
import { KEYS } from '../api/query-keys.js';
import { tell } from '../toasts/toasts.js';
import { Icon } from '../ui/icon.js';
import { ProblemNote } from '../ui/problem-note.js';
import { Ago } from '../ui/when.js';
import { DraftFields } from './draft-fields.js';
import { NoteField } from './note-field.js';
import { SavedNote } from './saved-note.js';
import { useDraftEdit, type DraftWork } from './use-draft-edit.js';

interface DraftEditorProps {
  readonly draft: PolicyDraftAnswer;
  readonly liveVersion: number;
}

/** Changes a draft: saved when its author says so, tried, and made a version in the end. */
export function DraftEditor({ draft, liveVersion }: DraftEditorProps): ReactNode {
  const work = useDraftEdit(draft);
  const [, go] = useLocation();
  const { edit, edited, change, faults, save, isSaving, error, revert, catchUp } = work;
  const submitting = useSubmitting(draft.id, save);
  const saveAnd = async (then: (saved: PolicyDraftAnswer) => void): Promise<void> => {
    const saved = await save();
    if (saved !== undefined) then(saved);
  };
  const leadTo = (path: string) => (): void => void saveAnd(() => go(path));
  const noteFault = faults.find(({ pointer }) => pointer === '/note')?.detail;
  const problem = error ?? (isOvertaken(submitting.error) ? null : submitting.error);
  return (
    <form
      className="draft-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void saveAnd(() => tell('Saved.', { tone: 'good' }));
      }}
    >
      <fieldset className="draft-inputs" disabled={submitting.isPending}>
        {draft.baseVersion === liveVersion ? null : (
          <Overtaken draft={draft} liveVersion={liveVersion} merge={leadTo(`/policies/drafts/${draft.id}/merge`)} />
        )}
        {catchUp === undefined ? null : <SavedElsewhere catchUp={catchUp} revert={revert} />}
        <section className="panel draft-about" aria-label="About this draft">
          <NoteField
            label="What changes, and why (needed before it is submitted)"
            value={edited.note}
            set={(note) => change({ ...edit, note })}
            fault={noteFault}
          />
          <p className="draft-ways">
            <Way isBusy={isSaving} lead={leadTo(`/thresholds?draft=${draft.id}`)}>
              Tune on the histogram
            </Way>
            <Way isBusy={isSaving} lead={leadTo(`/policies/drafts/${draft.id}/what-would-change`)}>
              What would change
            </Way>
          </p>
        </section>
        <DraftFields draft={draft} edit={edit} change={change} faults={faults} />
      </fieldset>
      {problem === null ? null : <ProblemNote error={problem} />}
      <div className="draft-bar">
        <SavedNote isChanged={edited.isChanged} count={faults.length}>
          Saved <Ago at={draft.savedAt} />
        </SavedNote>
        {edited.isChanged ? (
          <button type="button" className="button plain" disabled={isSaving || submitting.isPending} onClick={revert}>
            Forget the changes
          </button>
        ) : null}
        <button type="submit" className="button" disabled={!edited.isChanged || isSaving || submitting.isPending}>
          Save
        </button>
        <button
          type="button"
          className="button main"
          disabled={edited.note.trim() === '' || isSaving || submitting.isPending}
          title={edited.note.trim() === '' ? 'Say first what changes, and why' : undefined}
          onClick={() => submitting.mutate()}
        >
          Submit as a version
        </button>
      </div>
    </form>
  );
}

/** Makes a version of what is edited, once it is saved: undefined when it is not, which says why. */
function useSubmitting(
  draftId: string,
  save: DraftWork['save'],
): UseMutationResult<PolicyAnswer | undefined, Error, void> {
  const client = useQueryClient();
  const [, go] = useLocation();
  return useMutation({
    mutationFn: async () => {
      const saved = await save();
      return saved === undefined ? undefined : submitDraft(draftId, saved.revision);
    },
    onSuccess: (policy) => {
      if (policy === undefined) return;
      tell(`It is version ${policy.version} now, and stays as it is.`, { tone: 'good' });
      for (const queryKey of [KEYS.policies, KEYS.policyDrafts]) void client.invalidateQueries({ queryKey });
      go(`/policies/${policy.version}`, { replace: true });
    },
    onError: (refused) => {
      // another version went live meanwhile: both are brought together first
      if (isOvertaken(refused)) go(`/policies/drafts/${draftId}/merge`);
      // it may have been saved elsewhere, or be gone
      else void client.invalidateQueries({ queryKey: KEYS.policyDraft(draftId), exact: true });
    },
  });
}

const isOvertaken = (error: unknown): boolean => error instanceof ApiError && error.code === 'policy-base-stale';

interface WayProps {
  readonly isBusy: boolean;
  readonly lead: () => void;
  readonly children: ReactNode;
}

/** Leads on from here with what is saved. */
const Way = ({ isBusy, lead, children }: WayProps): ReactNode => (
  <button type="button" className="button" disabled={isBusy} onClick={lead}>
    {children}
  </button>
);

interface OvertakenProps extends DraftEditorProps {
  readonly merge: () => void;
}

const Overtaken = ({ draft, liveVersion, merge }: OvertakenProps): ReactNode => (
  <div className="note warn">
    <Icon name="alert" />
    <div>
      <p>
        <strong>Version {liveVersion} went live since you began.</strong> The draft is on version {draft.baseVersion}.
      </p>
      <p>
        <button type="button" className="button little" onClick={merge}>
          Bring both together
        </button>
      </p>
    </div>
  </div>
);

interface SavedElsewhereProps {
  readonly catchUp: () => void;
  readonly revert: () => void;
}

const SavedElsewhere = ({ catchUp, revert }: SavedElsewhereProps): ReactNode => (
  <div className="note warn" role="status">
    <Icon name="alert" />
    <div>
      <p>
        <strong>The draft was saved elsewhere since, such as in another tab.</strong> What you changed here is not saved
        yet.
      </p>
      <p className="policy-acts">
        <button type="button" className="button little" onClick={catchUp}>
          Put my changes on top of it
        </button>
        <button type="button" className="button little" onClick={revert}>
          Forget my changes
        </button>
      </p>
    </div>
  </div>
);

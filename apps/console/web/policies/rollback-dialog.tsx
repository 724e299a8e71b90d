import { useState, type ReactNode } from 'react';
import { useLocation } from 'wouter';

import { rollBackPolicy, usePolicyDiff } from '../api/policies.js';
import { FormDialog } from '../ui/form-dialog.js';
import { Loading } from '../ui/empty.js';
import { ProblemNote } from '../ui/problem-note.js';
import { DiffTable } from './diff-table.js';
import { NoteField } from './note-field.js';
import { usePolicyStep } from './use-policy-step.js';

interface RollbackProps {
  readonly version: number;
  readonly liveVersion: number;
  readonly close: () => void;
}

/** Puts what an older version says in force again, at once: says first what that changes. */
export function RollbackDialog({ version, liveVersion, close }: RollbackProps): ReactNode {
  const [note, setNote] = useState('');
  const [, go] = useLocation();
  const { data, error, isPending, refetch } = usePolicyDiff(version, liveVersion);
  const goingBack = usePolicyStep({
    take: () => rollBackPolicy(version, note.trim(), liveVersion),
    done: (made) => `Version ${made.version} is live: it says what version ${version} said.`,
    after: (made) => {
      close();
      go(`/policies/${made.version}`);
    },
  });
  return (
    <FormDialog
      title={`Roll back to version ${version}`}
      close={close}
      button="Roll back now"
      isHarsh
      isReady={note.trim() !== '' && data !== undefined && data.changes.length > 0}
      sending={goingBack}
      submit={() => goingBack.mutate()}
    >
      <p>
        A new version that says the same goes live at once, in the place of version {liveVersion}. It needs neither a
        replay nor an approval. Past images stay as they were decided.
      </p>
      {isPending ? <Loading what="what changes" rows={2} /> : null}
      {error === null ? null : <ProblemNote error={error} retry={() => void refetch()} />}
      {data === undefined ? null : (
        <DiffTable changes={data.changes} from={`Version ${liveVersion}, live`} to={`Version ${version}`} />
      )}
      <NoteField label="Why" value={note} set={setNote} />
    </FormDialog>
  );
}

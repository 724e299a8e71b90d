import { useState, type ReactNode } from 'react';

import type { PolicyAnswer } from '#contracts/policy-answer.js';

import { approvePolicy, refusePolicy } from '../api/policies.js';
import { isAtLeast, useSession } from '../session/use-session.js';
import { FormDialog } from '../ui/form-dialog.js';
import { ProblemNote } from '../ui/problem-note.js';
import { When } from '../ui/when.js';
import { NoteField } from './note-field.js';
import { Step } from './step.js';
import { usePolicyStep } from './use-policy-step.js';

interface ApprovalProps {
  readonly policy: PolicyAnswer;
  readonly isReplayed: boolean;
  readonly isNeeded: boolean;
}

/** A second person's yes or no. */
export function ApprovalStep({ policy, isReplayed, isNeeded }: ApprovalProps): ReactNode {
  const { role, name } = useSession();
  const { author, approvedBy, approvedAt } = policy;
  const mayJudge = isAtLeast('senior', role);
  const isOwn = author.toLowerCase() === name.toLowerCase();
  return (
    <Step name="Second person" isDone={approvedBy !== null} isNeeded={isNeeded}>
      {approvedBy === null ? (
        <p className="soft">
          {isOwn ? 'You wrote it: somebody else has to approve it.' : 'A senior moderator or an admin looks at it.'}
        </p>
      ) : (
        <p className="foreign">
          Approved by {approvedBy}
          {approvedAt === null ? null : (
            <>
              , <When at={approvedAt} />
            </>
          )}
        </p>
      )}
      {mayJudge ? <Judge policy={policy} isReplayed={isReplayed} isOwn={isOwn} /> : null}
    </Step>
  );
}

interface JudgeProps {
  readonly policy: PolicyAnswer;
  readonly isReplayed: boolean;
  readonly isOwn: boolean;
}

function Judge({ policy, isReplayed, isOwn }: JudgeProps): ReactNode {
  const { version, approvedBy } = policy;
  const [isRefusing, setIsRefusing] = useState(false);
  const approving = usePolicyStep({
    take: () => approvePolicy(version),
    done: () => `Version ${version} is approved.`,
  });
  return (
    <>
      <p className="policy-acts">
        {isOwn || approvedBy !== null ? null : (
          <button
            type="button"
            className="button main"
            disabled={!isReplayed || approving.isPending}
            onClick={() => approving.mutate()}
          >
            Approve
          </button>
        )}
        <button type="button" className="button" onClick={() => setIsRefusing(true)}>
          {isOwn ? 'Take it back' : 'Refuse'}
        </button>
      </p>
      {isReplayed || isOwn ? null : <p className="soft small">First see what would change.</p>}
      {approving.error === null ? null : <ProblemNote error={approving.error} />}
      {isRefusing ? <RefuseDialog version={version} close={() => setIsRefusing(false)} /> : null}
    </>
  );
}

function RefuseDialog({ version, close }: { readonly version: number; readonly close: () => void }): ReactNode {
  const [reason, setReason] = useState('');
  const refusing = usePolicyStep({
    take: () => refusePolicy(version, reason.trim()),
    done: () => `Version ${version} is refused.`,
    after: close,
  });
  return (
    <FormDialog
      title={`Refuse version ${version}`}
      close={close}
      button="Refuse it"
      isHarsh
      isReady={reason.trim() !== ''}
      sending={refusing}
      submit={() => refusing.mutate()}
    >
      <p className="soft">It will never be published. What it says can be taken into another draft.</p>
      <NoteField label="Why" value={reason} set={setReason} />
    </FormDialog>
  );
}

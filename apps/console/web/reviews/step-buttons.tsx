import { useState, type ReactNode } from 'react';

import type { ReviewDetailAnswer } from '#contracts/review-answer.js';

import { KeyHint } from '../keys/key-hint.js';
import { useKeys } from '../keys/use-keys.js';
import { isAtLeast, useSession } from '../session/use-session.js';
import { STEPS, type StepKind } from './steps.js';
import { StepDialog } from './step-dialog.js';
import type { Claim } from './use-claim.js';

interface StepsProps {
  readonly detail: ReviewDetailAnswer;
  readonly claim: Claim;
  readonly goNext: () => void;
}

/** What else can be done with a case. */
export function StepButtons({ detail, claim, goNext }: StepsProps): ReactNode {
  const [open, setOpen] = useState<StepKind | undefined>(undefined);
  const { role } = useSession();
  const kinds = kindsFor(detail, claim, isAtLeast('senior', role));
  useKeys(Object.fromEntries(kinds.map((kind) => [kind, () => setOpen(kind)])));
  return (
    <div className="steps">
      {kinds.map((kind) => (
        <button key={kind} type="button" className="button plain little" onClick={() => setOpen(kind)}>
          {STEPS[kind].button} <KeyHint action={kind} />
        </button>
      ))}
      {open === undefined ? null : (
        <StepDialog kind={open} id={detail.id} claim={claim} goNext={goNext} close={() => setOpen(undefined)} />
      )}
    </div>
  );
}

function kindsFor(detail: ReviewDetailAnswer, claim: Claim, isSenior: boolean): StepKind[] {
  const { state, assignedTo, escalatedBy } = detail;
  if (state === 'decided' || state === 'withdrawn' || claim.state === 'done') return [];
  // what is kept from others stays so while one works on it
  const isKept = assignedTo !== null || (escalatedBy !== null && isSenior);
  if (claim.state === 'mine') return ['skip', 'hold', 'escalate', 'assign', ...(isKept ? (['return'] as const) : [])];
  return state === 'held' || isKept ? ['return'] : [];
}

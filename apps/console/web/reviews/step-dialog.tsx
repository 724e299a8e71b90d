import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';

import type { CaseStepDone } from '#contracts/review-answer.js';

import { KEYS } from '../api/query-keys.js';
import { assign, escalate, giveBack, hold, skip } from '../api/reviews.js';
import { tell } from '../toasts/toasts.js';
import { FormDialog } from '../ui/form-dialog.js';
import { HOLDS, STEPS, type StepKind } from './steps.js';
import type { Claim } from './use-claim.js';

interface DialogProps {
  readonly kind: StepKind;
  readonly id: string;
  readonly claim: Claim;
  readonly goNext: () => void;
  readonly close: () => void;
}

/** Asks for what a step needs, and does it. */
export function StepDialog({ kind, id, claim, goNext, close }: DialogProps): ReactNode {
  const client = useQueryClient();
  const [reason, setReason] = useState('');
  const [holdMs, setHoldMs] = useState(HOLDS[1]?.[0] ?? 0);
  const [assignee, setAssignee] = useState('');
  const { title, button, why, mustSay, done } = STEPS[kind];
  const stepping = useMutation({
    mutationFn: () => take(kind, id, { reason: reason.trim(), holdMs, assignee: assignee.trim() }),
    onSuccess: () => {
      claim.forget();
      tell(done, { tone: 'good' });
      close();
      for (const queryKey of [KEYS.queues, KEYS.review(id)]) void client.invalidateQueries({ queryKey });
      goNext();
    },
  });
  return (
    <FormDialog
      title={title}
      close={close}
      button={button}
      submit={() => stepping.mutate()}
      sending={stepping}
      isReady={!mustSay || reason.trim() !== ''}
    >
      {kind === 'hold' ? <Until value={holdMs} set={setHoldMs} /> : null}
      {kind === 'assign' ? (
        <label className="field">
          <span>To whom (sign-in name)</span>
          <input
            className="input"
            required
            maxLength={200}
            autoCapitalize="none"
            spellCheck={false}
            value={assignee}
            onChange={(event) => setAssignee(event.target.value)}
          />
        </label>
      ) : null}
      <label className="field">
        <span>{mustSay ? why : `${why} (if there is something to say)`}</span>
        <textarea
          className="input"
          rows={2}
          maxLength={1_000}
          required={mustSay}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      </label>
    </FormDialog>
  );
}

function Until({ value, set }: { readonly value: number; readonly set: (ms: number) => void }): ReactNode {
  return (
    <label className="field">
      <span>For</span>
      <select className="input" value={value} onChange={(event) => set(Number(event.target.value))}>
        {HOLDS.map(([ms, name]) => (
          <option key={ms} value={ms}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

interface Given {
  readonly reason: string;
  readonly holdMs: number;
  readonly assignee: string;
}

function take(kind: StepKind, id: string, { reason, holdMs, assignee }: Given): Promise<CaseStepDone> {
  const said = reason === '' ? null : reason;
  switch (kind) {
    case 'skip':
      return skip(id, reason);
    case 'hold':
      return hold(id, reason, new Date(Date.now() + holdMs).toISOString());
    case 'escalate':
      return escalate(id, reason);
    case 'assign':
      return assign(id, assignee, said);
    case 'return':
      return giveBack(id, said);
  }
}

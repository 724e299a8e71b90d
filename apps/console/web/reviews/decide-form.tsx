import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { flushSync } from 'react-dom';

import type { ReviewDetailAnswer } from '#contracts/review-answer.js';

import { ApiError, isSignedOut, type FaultCode } from '../api/api-error.js';
import { KEYS } from '../api/query-keys.js';
import { decide } from '../api/reviews.js';
import { KeyHint } from '../keys/key-hint.js';
import { useKeys } from '../keys/use-keys.js';
import { personal, rememberReason } from '../personal/personal.js';
import { tell } from '../toasts/toasts.js';
import { ProblemNote } from '../ui/problem-note.js';
import { StepButtons } from './step-buttons.js';
import type { Claim } from './use-claim.js';
import { dropFromQueues } from './use-queue.js';
import { undoAndTell } from './use-undo.js';
import { VerdictButtons } from './verdict-buttons.js';
import { CHOICES, doneText, verdictOf, type Choice } from './verdict-choice.js';

interface FormProps {
  readonly detail: ReviewDetailAnswer;
  readonly claim: Claim;
  readonly goNext: () => void;
}

/** What the line of the claim tells, which is asked for anew then. */
const TOLD_BY_CLAIM: readonly FaultCode[] = ['held-in-other-tab', 'held-by-other'];

/** Where the case is decided: a verdict, a reason, and on to the next. */
export function DecideForm({ detail, claim, goNext }: FormProps): ReactNode {
  const [choice, setChoice] = useState<Choice | undefined>(undefined);
  const [reason, setReason] = useState('');
  const field = useRef<HTMLTextAreaElement>(null);
  // the key that chose may still be down: what it repeats is no reason
  const isKeyDown = useRef(false);
  const deciding = useDeciding(detail, claim, goNext);
  // what is typed while the claim is on its way is no key of the page's; a decision waits for it
  const isTaken = claim.state === 'mine' || claim.state === 'asking';
  const canWrite = isTaken || claim.isAskedAgain;
  const canDecide = isTaken && !deciding.isPending;
  const isReady = canDecide && choice !== undefined && reason.trim() !== '';
  const choose = (wanted: Choice): void => {
    if (!canWrite || deciding.isPending) return;
    const { reasons } = personal();
    const isOwn = reason.trim() !== '' && !Object.values(reasons).includes(reason);
    // at once: whatever is typed next belongs to the reason
    flushSync(() => {
      setChoice(wanted);
      if (!isOwn) setReason(reasons[wanted] ?? '');
    });
    field.current?.focus();
    // what was said last about such a case is offered, marked, so that typing replaces it
    if (!isOwn) field.current?.select();
  };
  const submit = (): void => {
    if (isReady) deciding.mutate({ choice, reason }, { onError: () => field.current?.focus() });
    else if (canWrite && choice !== undefined) field.current?.focus();
  };
  useKeys({
    ...Object.fromEntries(
      CHOICES.map(({ action, choice: wanted }) => [
        action,
        () => {
          isKeyDown.current = true;
          choose(wanted);
        },
      ]),
    ),
    reason: () => field.current?.focus(),
    submit,
  });
  return (
    <div className="decide">
      <form
        className="decide-form"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        {isToldHere(deciding.error) ? <ProblemNote error={deciding.error} /> : null}
        <VerdictButtons chosen={choice} choose={choose} disabled={!canWrite || deciding.isPending} />
        <label className="field">
          <span className="unseen">Reason</span>
          <textarea
            ref={field}
            className="input"
            rows={2}
            maxLength={1_000}
            placeholder="Why? It is kept with the decision."
            value={reason}
            disabled={claim.state === 'none'}
            // the focus stays where it is when a claim is lost: what is typed then is no key of the page's either
            readOnly={!canWrite}
            onChange={(event) => setReason(event.target.value)}
            onKeyDown={(event) => {
              isKeyDown.current &&= event.repeat;
              if (isKeyDown.current) event.preventDefault();
              else typed(event, submit);
            }}
          />
        </label>
        <button type="submit" className="button main" disabled={!isReady}>
          {deciding.isPending ? 'Submitting …' : 'Submit and next'} <KeyHint action="submit" />
        </button>
      </form>
      {/* its dialogs have forms of their own, and no form works within another */}
      <StepButtons detail={detail} claim={claim} goNext={goNext} />
    </div>
  );
}

const isToldHere = (error: Error | null): boolean =>
  error !== null && !isSignedOut(error) && !(error instanceof ApiError && TOLD_BY_CLAIM.includes(error.code));

/** Enter submits, Shift+Enter is a new line, Escape gives the keys back to the page. */
function typed(event: KeyboardEvent<HTMLTextAreaElement>, submit: () => void): void {
  if (event.key === 'Escape') event.currentTarget.blur();
  if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
  event.preventDefault();
  if (!event.repeat) submit();
}

/** Sends the decision, tells it with its undo, and goes on. */
function useDeciding({ id, assetRevision }: ReviewDetailAnswer, claim: Claim, goNext: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ choice, reason }: { choice: Choice; reason: string }) => {
      await claim.answered();
      return decide(id, verdictOf(choice, reason), assetRevision);
    },
    onMutate: () => claim.isDeciding(true),
    onSettled: () => claim.isDeciding(false),
    onSuccess: ({ decisionId }, { choice, reason }) => {
      claim.forget();
      rememberReason(choice, reason);
      tell(`${doneText(choice)}.`, { tone: 'good', undo: () => undoAndTell(client, decisionId) });
      // whoever has gone elsewhere meanwhile stays there
      if (!claim.isLeft()) goNext();
      dropFromQueues(client, [id]);
      for (const queryKey of [KEYS.review(id), KEYS.decisions]) void client.invalidateQueries({ queryKey });
    },
    onError: (error) => {
      // it may have lapsed while nobody looked, or gone to somebody else or another tab
      if (error instanceof ApiError && ['conflict', ...TOLD_BY_CLAIM].includes(error.code)) claim.take();
      void client.invalidateQueries({ queryKey: KEYS.review(id) });
    },
  });
}

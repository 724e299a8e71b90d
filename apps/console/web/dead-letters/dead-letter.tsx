import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { Link } from 'wouter';

import { discard, readDeadLetter, resubmit } from '../api/dead-letters.js';
import { KEYS } from '../api/query-keys.js';
import { isAtLeast, useSession } from '../session/use-session.js';
import { tell } from '../toasts/toasts.js';
import { Loading } from '../ui/empty.js';
import { Modal } from '../ui/modal.js';
import { ProblemNote } from '../ui/problem-note.js';
import { closingText } from './closing-text.js';

/** One dead letter: what happened, what was tried, what to do, and the means to do it. */
export function DeadLetter({ id, close }: { readonly id: number; readonly close: () => void }): ReactNode {
  const { role } = useSession();
  const { data, error } = useQuery({
    queryKey: KEYS.deadLetter(id),
    queryFn: ({ signal }) => readDeadLetter(id, signal),
  });
  return (
    <Modal title={`Dead letter ${id}`} close={close} wide>
      {error === null ? null : <ProblemNote error={error} />}
      {data === undefined && error === null ? <Loading what="the dead letter" rows={4} /> : null}
      {data === undefined ? null : (
        <>
          <dl className="pairs">
            <dt>What happened</dt>
            <dd>{data.explanation.happened}</dd>
            <dt>What was tried</dt>
            <dd>{data.explanation.tried}</dd>
            <dt>What to do</dt>
            <dd>{data.explanation.next}</dd>
            <dt>In its own words</dt>
            <dd className="foreign mono">{data.detail}</dd>
            <dt>Became of it</dt>
            <dd className="foreign">{closingText(data)}</dd>
          </dl>
          {data.reviewId === null ? null : (
            <p>
              <Link href={`/reviews/${data.reviewId}`} onClick={close}>
                Decide its case
              </Link>
            </p>
          )}
          {data.closedHow === null && isAtLeast('admin', role) ? <Closing id={id} close={close} /> : null}
        </>
      )}
    </Modal>
  );
}

function Closing({ id, close }: { readonly id: number; readonly close: () => void }): ReactNode {
  const client = useQueryClient();
  const [note, setNote] = useState('');
  const closing = useMutation({
    mutationFn: async (how: 'resubmit' | 'discard') => {
      const { items } = await (how === 'resubmit' ? resubmit([id], note) : discard([id], note));
      return items[0]?.outcome ?? 'unknown';
    },
    onSuccess: (outcome) => {
      tell(`Dead letter ${id}: ${outcome.replaceAll('_', ' ')}.`, { tone: 'good' });
      close();
      return client.invalidateQueries({ queryKey: KEYS.deadLetters });
    },
  });
  const isReady = note.trim() !== '' && !closing.isPending;
  return (
    <>
      <label className="field">
        <span>Why, for whoever reads this later</span>
        <textarea
          className="input"
          rows={2}
          maxLength={1_000}
          value={note}
          onChange={(event) => setNote(event.target.value)}
        />
      </label>
      {closing.error === null ? null : <ProblemNote error={closing.error} />}
      <div className="dialog-foot">
        <button type="button" className="button" disabled={!isReady} onClick={() => closing.mutate('discard')}>
          Discard
        </button>
        <button type="button" className="button main" disabled={!isReady} onClick={() => closing.mutate('resubmit')}>
          Try again
        </button>
      </div>
    </>
  );
}

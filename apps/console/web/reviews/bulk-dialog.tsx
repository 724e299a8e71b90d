import { useMutation, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';

import type { ReviewAnswer } from '#contracts/review-answer.js';
import type { BulkChoice, BulkDecidedAnswer, BulkItemAnswer, BulkPreviewAnswer } from '#contracts/review-bulk.js';

import { KEYS } from '../api/query-keys.js';
import { decideBulk, previewBulk } from '../api/reviews.js';
import { useKeys } from '../keys/use-keys.js';
import { tell } from '../toasts/toasts.js';
import { Modal } from '../ui/modal.js';
import { ProblemNote } from '../ui/problem-note.js';
import { BULK_REFUSAL_NAMES } from '../words/words.js';
import { dropFromQueues } from './use-queue.js';
import { undoBulkAndTell } from './use-undo.js';
import { VerdictButtons } from './verdict-buttons.js';
import { CHOICES, doneText, verdictOf, type Choice } from './verdict-choice.js';

interface BulkProps {
  readonly items: readonly ReviewAnswer[];
  readonly close: () => void;
  readonly clear: () => void;
}

/** One decision about many cases: first what it would do, then it, then one undo for all. */
export function BulkDialog({ items, close, clear }: BulkProps): ReactNode {
  const client = useQueryClient();
  const [choice, setChoice] = useState<Choice | undefined>(undefined);
  const [reason, setReason] = useState('');
  const preview = useMutation({
    mutationFn: (wanted: Choice) =>
      previewBulk(
        verdictOf(wanted, reason),
        items.map(({ id, assetRevision }) => ({ id, expectedRevision: assetRevision })),
      ),
  });
  const deciding = useMutation({
    mutationFn: ({ wanted, seen }: { wanted: Choice; seen: BulkPreviewAnswer }) =>
      decideBulk(verdictOf(wanted, reason), seen.items.flatMap(choiceOf)),
    onSuccess: (done, { wanted }) => {
      close();
      clear();
      toldBulk(client, done, wanted);
    },
  });
  const isReady = choice !== undefined && reason.trim() !== '';
  const seen = preview.data;
  const change = (): void => preview.reset();
  const choose = (wanted: Choice): void => {
    setChoice(wanted);
    change();
  };
  useKeys(Object.fromEntries(CHOICES.map((one) => [one.action, () => choose(one.choice)])), { inDialog: true });
  return (
    <Modal title={`Decide ${items.length === 1 ? '1 case' : `${items.length} cases`}`} close={close}>
      <VerdictButtons chosen={choice} choose={choose} />
      <label className="field">
        <span>Why, for all of them</span>
        <textarea
          className="input"
          rows={2}
          maxLength={1_000}
          value={reason}
          onChange={(event) => {
            setReason(event.target.value);
            change();
          }}
        />
      </label>
      {preview.error === null ? null : <ProblemNote error={preview.error} />}
      {deciding.error === null ? null : <ProblemNote error={deciding.error} />}
      {seen === undefined ? null : <Preview seen={seen} />}
      <div className="dialog-foot">
        <button type="button" className="button" onClick={close}>
          Cancel
        </button>
        {seen === undefined ? (
          <button
            type="button"
            className="button main"
            disabled={!isReady || preview.isPending}
            onClick={() => choice !== undefined && preview.mutate(choice)}
          >
            See what it would do
          </button>
        ) : (
          <button
            type="button"
            className="button main"
            disabled={deciding.isPending || seen.counts.changes + seen.counts.confirms === 0}
            onClick={() => choice !== undefined && deciding.mutate({ wanted: choice, seen })}
          >
            Decide {seen.counts.changes + seen.counts.confirms}
          </button>
        )}
      </div>
    </Modal>
  );
}

function Preview({ seen }: { readonly seen: BulkPreviewAnswer }): ReactNode {
  const { changes, confirms, refused } = seen.counts;
  const left = seen.items.filter((item) => !isTaken(item));
  return (
    <div className="note" role="status">
      <div>
        <p>
          <strong>{changes}</strong> change what is served, <strong>{confirms}</strong> confirm it,{' '}
          <strong>{refused}</strong> are left out.
        </p>
        {left.length === 0 ? null : (
          <ul className="bulk-list small soft">
            {left.map(({ id, why }) => (
              <li key={id}>
                <span className="mono">{id.slice(-12)}</span> {why === null ? '' : BULK_REFUSAL_NAMES[why]}
              </li>
            ))}
          </ul>
        )}
      </div>
    </div>
  );
}

const isTaken = ({ outcome }: BulkItemAnswer): boolean => outcome !== 'refused';

const choiceOf = (item: BulkItemAnswer): Required<BulkChoice>[] =>
  isTaken(item) && item.revision !== null ? [{ id: item.id, expectedRevision: item.revision }] : [];

/** Tells what was done, with the one undo. */
function toldBulk(client: QueryClient, { id, counts, items }: BulkDecidedAnswer, choice: Choice): void {
  const ids = items.filter(isTaken).map((item) => item.id);
  dropFromQueues(client, ids);
  for (const queryKey of [KEYS.queues, KEYS.reviews, KEYS.decisions]) void client.invalidateQueries({ queryKey });
  const left = counts.refused === 0 ? '' : `; ${counts.refused} were left as they are`;
  tell(`${doneText(choice)}: ${ids.length} cases${left}.`, {
    tone: 'good',
    undo: () => undoBulkAndTell(client, id),
  });
}

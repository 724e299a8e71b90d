import { useInfiniteQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link } from 'wouter';

import type { OwnDecisionAnswer, OwnDecisionPage } from '#contracts/review-answer.js';

import { KEYS } from '../api/query-keys.js';
import { readOwnDecisions } from '../api/reviews.js';
import { Empty, Loading } from '../ui/empty.js';
import { More } from '../ui/more.js';
import { ProblemNote } from '../ui/problem-note.js';
import { When } from '../ui/when.js';
import { LABEL_NAMES } from '../words/words.js';
import { VerdictBadge } from './badges.js';
import { Thumbnail } from './thumbnail.js';
import { useUndo } from './use-undo.js';
import '../styles/table.css';

/** What one has decided, the newest first; each can be taken back as long as it stands. */
export function HistoryPage(): ReactNode {
  const { data, error, isPending, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = useInfiniteQuery({
    queryKey: KEYS.decisions,
    queryFn: ({ pageParam, signal }) => readOwnDecisions(pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page: OwnDecisionPage) => page.next ?? undefined,
  });
  const items = data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <header className="page-head">
        <h1>My decisions</h1>
      </header>
      <div className="page-body">
        {error === null ? null : <ProblemNote error={error} retry={() => void refetch()} />}
        {isPending ? <Loading what="your decisions" /> : null}
        {!isPending && error === null && items.length === 0 ? (
          <Empty icon="history" title="Nothing decided yet">
            What you decide is listed here, and can be taken back.
          </Empty>
        ) : null}
        {items.length === 0 ? null : (
          <div className="table panel">
            <table>
              <thead>
                <tr>
                  <th scope="col">
                    <span className="unseen">Picture</span>
                  </th>
                  <th scope="col">Decision</th>
                  <th scope="col">Why</th>
                  <th scope="col">When</th>
                  <th scope="col">
                    <span className="unseen">What can be done</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {items.map((item) => (
                  <Row key={item.id} item={item} />
                ))}
              </tbody>
            </table>
          </div>
        )}
        <More has={hasNextPage} isBusy={isFetchingNextPage} read={() => void fetchNextPage()} />
      </div>
    </>
  );
}

function Row({ item }: { readonly item: OwnDecisionAnswer }): ReactNode {
  const undo = useUndo();
  return (
    <tr>
      <td className="narrow">
        <Thumbnail assetId={item.assetId} labels={item.policyLabel === null ? [] : [item.policyLabel]} size={36} />
      </td>
      <td>
        <VerdictBadge verdict={item.verdict} /> {item.policyLabel === null ? '' : LABEL_NAMES[item.policyLabel]}
        {item.bulkId === null ? null : <span className="soft small"> · one of many</span>}
      </td>
      <td className="foreign wide">{item.note}</td>
      <td className="narrow">
        <When at={item.decidedAt} />
      </td>
      <td className="narrow acts">
        {item.reviewId === null ? null : (
          <Link href={`/reviews/${item.reviewId}`} className="button plain little">
            Open
          </Link>
        )}
        {item.undoable ? (
          <button type="button" className="button little" onClick={() => void undo(item.id)}>
            Undo
          </button>
        ) : (
          <span className="soft small">superseded</span>
        )}
      </td>
    </tr>
  );
}

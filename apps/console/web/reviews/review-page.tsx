import { useQuery } from '@tanstack/react-query';
import { useEffect, useState, type ReactNode } from 'react';
import { Link, useLocation } from 'wouter';

import type { ReviewAnswer, ReviewDetailAnswer } from '#contracts/review-answer.js';

import { KEYS } from '../api/query-keys.js';
import { readReview } from '../api/reviews.js';
import { useKeys } from '../keys/use-keys.js';
import { isAtLeast, useSession } from '../session/use-session.js';
import { announce } from '../ui/announcer.js';
import { Icon } from '../ui/icon.js';
import { Loading } from '../ui/empty.js';
import { ProblemNote } from '../ui/problem-note.js';
import { CHANGE_MEANINGS, CHANGE_NAMES, LABEL_NAMES } from '../words/words.js';
import { ChangeBadge, Sla } from './badges.js';
import { CaseSide } from './case-side.js';
import { ClaimLine } from './claim-line.js';
import { addressOf } from './queue-filter.js';
import { DecideForm } from './decide-form.js';
import { nextCase } from './next-case.js';
import { Picture } from './picture.js';
import { useClaim } from './use-claim.js';
import { usePrefetch, useQueue, useQueueFilter } from './use-queue.js';
import './review.css';

/** One case: what is judged, what the machines said, and the place to decide. */
export function ReviewPage({ id }: { readonly id: string }): ReactNode {
  const { data, error, refetch } = useQuery({
    queryKey: KEYS.review(id),
    queryFn: ({ signal }) => readReview(id, signal),
  });
  const neighbours = useNeighbours(id);
  const retry = (): void => void refetch();
  if (data === undefined) {
    return (
      <>
        <Head neighbours={neighbours} />
        <div className="page-body">
          {error === null ? <Loading what="the case" /> : <ProblemNote error={error} retry={retry} />}
        </div>
      </>
    );
  }
  return <Case detail={data} neighbours={neighbours} />;
}

function Case({
  detail,
  neighbours,
}: {
  readonly detail: ReviewDetailAnswer;
  readonly neighbours: Neighbours;
}): ReactNode {
  const claim = useClaim(detail);
  // once for each case: what changes later is told where it changes
  const [heard] = useState(() => heardOf(detail, neighbours.place));
  useEffect(() => announce(heard), [heard]);
  return (
    <div className="case">
      <Head neighbours={neighbours}>
        <ChangeBadge change={detail.change} />
        <span className="case-why">{CHANGE_MEANINGS[detail.change]}</span>
        {isSettled(detail) ? null : <Sla sla={detail.sla} />}
      </Head>
      <Picture key={detail.assetId} detail={detail} />
      <aside className="case-aside" aria-label="What is known, and the decision">
        <ClaimLine detail={detail} claim={claim} />
        <CaseSide detail={detail} />
        <DecideForm detail={detail} claim={claim} goNext={neighbours.goNext} />
      </aside>
    </div>
  );
}

/** What somebody hears who comes to a case without seeing it. */
const heardOf = ({ change, labels }: ReviewDetailAnswer, place: string): string =>
  `Case ${place}: ${[CHANGE_NAMES[change], ...labels.map((label) => LABEL_NAMES[label])].join(', ')}`;

export const isSettled = ({ state }: Pick<ReviewAnswer, 'state'>): boolean => ['decided', 'withdrawn'].includes(state);

function Head({ neighbours, children }: { readonly neighbours: Neighbours; readonly children?: ReactNode }): ReactNode {
  const { back, goNext, goBefore, place } = neighbours;
  return (
    <header className="page-head case-head">
      <Link href={back} className="button plain little">
        <Icon name="back" /> Queue
      </Link>
      <h1 className="unseen">Case</h1>
      {children}
      <span className="case-place">
        <span className="soft small">{place}</span>
        <button type="button" className="button plain little" aria-label="Item before" onClick={goBefore}>
          <Icon name="back" />
        </button>
        <button type="button" className="button plain little" aria-label="Next item" onClick={goNext}>
          <Icon name="forth" />
        </button>
      </span>
    </header>
  );
}

interface Neighbours {
  readonly back: string;
  readonly place: string;
  readonly goNext: () => void;
  readonly goBefore: () => void;
}

/** The cases before and after this one in the queue that one came from; the next one is read ahead. */
function useNeighbours(id: string): Neighbours {
  const filter = useQueueFilter();
  const { items, isOld } = useQueue(filter);
  const [, go] = useLocation();
  const prefetch = usePrefetch();
  const at = items.findIndex((item) => item.id === id);
  const { name, role } = useSession();
  const next = nextCase(items, id, { name, isSenior: isAtLeast('senior', role) });
  const before = at > 0 ? items[at - 1] : undefined;
  const back = addressOf('/reviews', filter);
  // by what it is, not by how it stands: that changes with each reading of the queue
  const { id: nextId, assetId } = next ?? {};
  useEffect(() => {
    if (!isOld && nextId !== undefined && assetId !== undefined) prefetch({ id: nextId, assetId });
  }, [nextId, assetId, isOld, prefetch]);
  const to = (item: ReviewAnswer | undefined) => () =>
    go(item === undefined ? back : addressOf(`/reviews/${item.id}`, filter));
  const [goNext, goBefore] = [to(next), to(before)];
  useKeys({ next: goNext, before: goBefore });
  return { back, place: at === -1 ? '' : `${at + 1} of ${items.length}`, goNext, goBefore };
}

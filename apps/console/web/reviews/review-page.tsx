import { useQuery } from '@tanstack/react-query';
import { useEffect, useState, type ReactNode } from 'react';
import { Link } from 'wouter';

import type { ReviewAnswer, ReviewDetailAnswer } from '#contracts/review-answer.js';

import { mayHelpLater } from '../api/api-error.js';
import { KEYS } from '../api/query-keys.js';
import { readReview } from '../api/reviews.js';
import { Icon } from '../ui/icon.js';
import { Loading } from '../ui/empty.js';
import { ProblemNote } from '../ui/problem-note.js';
import { announce } from '../ui/said.js';
import { CHANGE_MEANINGS, CHANGE_NAMES, LABEL_NAMES } from '../words/words.js';
import { ChangeBadge, Sla } from './badges.js';
import { CaseSide } from './case-side.js';
import { ClaimLine } from './claim-line.js';
import { DecideForm } from './decide-form.js';
import { Picture } from './picture.js';
import { useClaim } from './use-claim.js';
import { useNeighbours, type Neighbours } from './use-neighbours.js';
import './review.css';

const AGAIN_MS = 3_000;

/** One case: what is judged, what the machines said, and the place to decide. */
export function ReviewPage({ id }: { readonly id: string }): ReactNode {
  const { data, error, refetch } = useQuery({
    queryKey: KEYS.review(id),
    queryFn: ({ signal }) => readReview(id, signal),
    // whoever waits for a service that is late need not ask for it
    refetchInterval: ({ state }) => (state.data === undefined && mayHelpLater(state.error) ? AGAIN_MS : false),
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
  `${place === '' ? 'Case' : `Case ${place}`}: ${[CHANGE_NAMES[change], ...labels.map((label) => LABEL_NAMES[label])].join(', ')}`;

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

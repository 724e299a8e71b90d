import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link } from 'wouter';

import type { AssetDetailAnswer } from '#contracts/asset-list-answer.js';

import { readAsset } from '../api/assets.js';
import { KEYS } from '../api/query-keys.js';
import { VerdictBadge } from '../reviews/badges.js';
import { Picture } from '../reviews/picture.js';
import { ScoreChart } from '../reviews/score-chart.js';
import { Timeline } from '../reviews/timeline.js';
import { Loading } from '../ui/empty.js';
import { Icon } from '../ui/icon.js';
import { ProblemNote } from '../ui/problem-note.js';
import { AssetFacts } from './asset-facts.js';
import '../reviews/review.css';
import '../styles/table.css';
import './assets.css';

/** One asset, whether it has a case or not: the picture, what the machines said, and what was decided. */
export function AssetPage({ id }: { readonly id: string }): ReactNode {
  const { data, error, refetch } = useQuery({
    queryKey: KEYS.asset(id),
    queryFn: ({ signal }) => readAsset(id, signal),
  });
  if (data !== undefined) return <Asset detail={data} />;
  return (
    <>
      <Head />
      <div className="page-body">
        {error === null ? <Loading what="the asset" /> : <ProblemNote error={error} retry={() => void refetch()} />}
      </div>
    </>
  );
}

const Asset = ({ detail }: { readonly detail: AssetDetailAnswer }): ReactNode => (
  <div className="case">
    <Head detail={detail} />
    <Picture detail={detail} />
    <aside className="case-aside" aria-label="What is known">
      <div className="asset-side" tabIndex={0} role="group" aria-label="Facts, scores and history">
        <AssetFacts detail={detail} />
        <section aria-labelledby="scores">
          <h2 id="scores">Scores</h2>
          <ScoreChart scores={detail.scores} />
        </section>
        <section aria-labelledby="history">
          <h2 id="history">History</h2>
          <Timeline detail={{ decisions: detail.decisions, steps: [] }} />
        </section>
      </div>
    </aside>
  </div>
);

/** Which asset it is, how it stands, and the way to its case. */
function Head({ detail }: { readonly detail?: AssetDetailAnswer }): ReactNode {
  const standing = detail?.decisions.find(({ revision }) => revision === detail.standingRevision);
  const review = detail?.review ?? null;
  return (
    <header className="page-head case-head">
      <Link href="/assets" className="button plain little">
        <Icon name="back" /> Assets
      </Link>
      <h1 className="asset-name foreign cut">{detail?.asset.externalId ?? 'Asset'}</h1>
      {standing === undefined ? null : <VerdictBadge verdict={standing.verdict} />}
      {review === null ? null : (
        <Link href={`/reviews/${review.id}`} className="button little">
          {review.open ? 'Open its case: needs review' : 'Open its case'}
        </Link>
      )}
    </header>
  );
}

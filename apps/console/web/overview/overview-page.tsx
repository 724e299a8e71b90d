import type { ReactNode } from 'react';
import { Link, useSearchParams } from 'wouter';

import type { OverviewAnswer } from '#contracts/overview-answer.js';
import type { OverviewWindow } from '#moderation/overview/windows.js';

import { isAtLeast, useSession } from '../session/use-session.js';
import { Loading } from '../ui/empty.js';
import { ProblemNote } from '../ui/problem-note.js';
import { When } from '../ui/when.js';
import { HealthBadge } from './card.js';
import { CostCard } from './cost-card.js';
import { DeadLettersCard, DeliveriesCard } from './deliveries-card.js';
import { FastCard } from './fast-card.js';
import * as health from './health.js';
import { HeavyCard } from './heavy-card.js';
import { PeopleCard } from './people-card.js';
import { ReconciliationCard } from './reconciliation-card.js';
import { TrafficCard } from './traffic-card.js';
import { useOverview } from './use-overview.js';
import { TimesContext, WINDOW_NAMES, windowOf, WINDOWS } from './window.js';
import '../reviews/queue.css';
import '../styles/table.css';
import './overview.css';

/** How the installation does, as time goes on. */
export function OverviewPage(): ReactNode {
  const [params] = useSearchParams();
  const window = windowOf(params.get('window'));
  const { data, error, isLive, retry } = useOverview(window);
  return (
    <>
      <header className="page-head">
        <h1>Overview</h1>
        <span className={`live ${isLive ? 'on' : ''}`} role="status">
          {isLive ? 'Live' : <NotLive until={data?.until} />}
        </span>
        <Windows here={window} />
      </header>
      <div className="page-body">
        {error === null ? null : <ProblemNote error={error} retry={retry} />}
        {data === undefined && error === null ? <Loading what="the overview" rows={8} /> : null}
        {data === undefined ? null : <Everything answer={data} />}
      </div>
    </>
  );
}

/** Of when the figures are, while none come by themselves. */
const NotLive = ({ until }: { readonly until: string | undefined }): ReactNode =>
  until === undefined ? (
    'Connecting …'
  ) : (
    <>
      Not live: figures of <When at={until} />
    </>
  );

const Windows = ({ here }: { readonly here: OverviewWindow }): ReactNode => (
  <nav className="tabs" aria-label="Window">
    {WINDOWS.map((window) => (
      <Link
        key={window}
        href={`/overview?window=${window}`}
        className="tab"
        aria-current={window === here ? 'true' : undefined}
      >
        {WINDOW_NAMES[window]}
      </Link>
    ))}
  </nav>
);

function Everything({ answer }: { readonly answer: OverviewAnswer }): ReactNode {
  const { role } = useSession();
  const isAdmin = isAtLeast('admin', role);
  return (
    <TimesContext value={answer}>
      <AtAGlance answer={answer} />
      <div className="cards">
        <TrafficCard traffic={answer.traffic} />
        <div className="cards-column">
          <FastCard fast={answer.fast} provisional={answer.traffic.provisional} />
          <ReconciliationCard figures={answer.reconciliation} />
        </div>
        <div className="cards-column">
          <HeavyCard heavy={answer.heavy} />
          <PeopleCard people={answer.people} />
          <DeadLettersCard letters={answer.deadLetters} />
          <DeliveriesCard deliveries={answer.deliveries} />
        </div>
        {isAdmin ? <CostCard /> : null}
      </div>
      <p className="soft small overview-foot">
        From <When at={answer.since} /> to <When at={answer.until} />. Durations are told within 4.5 %.
      </p>
    </TimesContext>
  );
}

/** How each part stands, in one line. */
function AtAGlance({ answer }: { readonly answer: OverviewAnswer }): ReactNode {
  const parts = [
    ['fast', 'Fast tier', health.fastHealth(answer.fast)],
    ['heavy', 'Heavy tier', health.heavyHealth(answer.heavy)],
    ['reconciliation', 'Reconciliation', health.reconciliationHealth(answer.reconciliation)],
    ['people', 'People’s work', health.peopleHealth(answer.people)],
    ['dead-letters', 'Dead letters', health.letterHealth(answer.deadLetters)],
    ['deliveries', 'Deliveries', health.deliveryHealth(answer.deliveries)],
  ] as const;
  return (
    <ul className="glance panel" aria-label="At a glance">
      {parts.map(([id, name, state]) => (
        <li key={id}>
          <a href={`#${id}`}>{name}</a>
          <HealthBadge health={state} />
        </li>
      ))}
    </ul>
  );
}

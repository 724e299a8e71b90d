import { useState, type ReactNode } from 'react';
import { Link } from 'wouter';

import type { PolicyAnswer } from '#contracts/policy-answer.js';

import { useLivePolicy, usePolicy } from '../api/policies.js';
import { isAtLeast, useSession } from '../session/use-session.js';
import { Loading } from '../ui/empty.js';
import { Icon } from '../ui/icon.js';
import { ProblemNote } from '../ui/problem-note.js';
import { When } from '../ui/when.js';
import { BeginDraft } from './begin-draft.js';
import { PolicyTables } from './policy-tables.js';
import { RollbackDialog } from './rollback-dialog.js';
import { StandingBadge } from './standing-badge.js';
import { standingOf } from './standing-of.js';
import { VersionDiff } from './version-diff.js';
import { VersionSteps } from './version-steps.js';
import '../styles/table.css';
import './policies.css';

/** One version: what it says, what it changes, and what is still to happen before it is in force. */
export function VersionPage({ version }: { readonly version: number }): ReactNode {
  const { data: policy, error, isPending, refetch } = usePolicy(version);
  const { data: live } = useLivePolicy();
  return (
    <>
      <header className="page-head">
        <Link href="/policies" className="button plain little" aria-label="All policies">
          <Icon name="back" />
        </Link>
        <h1>Version {version}</h1>
        {policy === undefined ? null : (
          <>
            <StandingBadge standing={standingOf(policy, live?.version)} />
            <span className="grow" />
            {live === undefined ? null : <Acts policy={policy} live={live} />}
          </>
        )}
      </header>
      <div className="page-body policies">
        {error === null ? null : <ProblemNote error={error} retry={() => void refetch()} />}
        {isPending ? <Loading what="the version" /> : null}
        {policy === undefined ? null : (
          <>
            <Facts policy={policy} />
            {policy.state === 'draft' && live !== undefined ? <VersionSteps policy={policy} live={live} /> : null}
            <VersionDiff key={version} policy={policy} liveVersion={live?.version} />
            <section aria-labelledby="says">
              <h2 id="says">All that it says</h2>
              <PolicyTables document={policy.document} />
            </section>
          </>
        )}
      </div>
    </>
  );
}

function Acts({ policy, live }: { readonly policy: PolicyAnswer; readonly live: PolicyAnswer }): ReactNode {
  const { role } = useSession();
  const [isGoingBack, setIsGoingBack] = useState(false);
  if (!isAtLeast('admin', role)) return null;
  return (
    <>
      <BeginDraft from={policy} liveVersion={live.version}>
        Begin a draft with this
      </BeginDraft>
      {policy.state === 'retired' ? (
        <button type="button" className="button danger" onClick={() => setIsGoingBack(true)}>
          Roll back to this
        </button>
      ) : null}
      {isGoingBack ? (
        <RollbackDialog version={policy.version} liveVersion={live.version} close={() => setIsGoingBack(false)} />
      ) : null}
    </>
  );
}

function Facts({ policy }: { readonly policy: PolicyAnswer }): ReactNode {
  const { note, author, createdAt, baseVersion, approvedBy, approvedAt, publishedBy, publishedAt, restores } = policy;
  return (
    <section className="panel policy-facts" aria-label="About this version">
      <p className="foreign policy-note">{note}</p>
      <dl className="pairs">
        <dt>Written by</dt>
        <dd className="foreign">
          {author}, <When at={createdAt} />
        </dd>
        <dt>Follows</dt>
        <dd>{baseVersion === null ? 'nothing: it was the first' : <VersionLink version={baseVersion} />}</dd>
        {restores === null ? null : (
          <>
            <dt>Brings back</dt>
            <dd>
              <VersionLink version={restores} />
            </dd>
          </>
        )}
        <dt>Approved by</dt>
        <dd className="foreign">
          {approvedBy ?? 'nobody'}
          {approvedAt === null ? null : (
            <>
              , <When at={approvedAt} />
            </>
          )}
        </dd>
        {publishedAt === null ? null : (
          <>
            <dt>Live from</dt>
            <dd className="foreign">
              <When at={publishedAt} />, published by {publishedBy}
            </dd>
          </>
        )}
      </dl>
    </section>
  );
}

const VersionLink = ({ version }: { readonly version: number }): ReactNode => (
  <Link href={`/policies/${version}`}>Version {version}</Link>
);

import { useState, type ReactNode } from 'react';
import { Link } from 'wouter';

import type { PolicyAnswer } from '#contracts/policy-answer.js';

import { TableHead } from '../ui/table-head.js';
import { When } from '../ui/when.js';
import { isAtLeast, useSession } from '../session/use-session.js';
import { CancelSchedule } from './cancel-schedule.js';
import { RollbackDialog } from './rollback-dialog.js';
import { StandingBadge } from './standing-badge.js';
import { standingOf } from './standing-of.js';

interface VersionListProps {
  readonly versions: readonly PolicyAnswer[];
  readonly liveVersion: number | undefined;
}

/** Versions, the newest first; each stays as it was written. */
export const VersionList = ({ versions, liveVersion }: VersionListProps): ReactNode => (
  <section aria-labelledby="versions">
    <h2 id="versions">Versions</h2>
    <div className="table panel">
      <table>
        <TableHead names={['Version', 'State', 'What changes, and why', 'Written by', 'Approved by', 'Live', '']} />
        <tbody>
          {versions.map((policy) => (
            <VersionRow key={policy.version} policy={policy} liveVersion={liveVersion} />
          ))}
        </tbody>
      </table>
    </div>
  </section>
);

function VersionRow({
  policy,
  liveVersion,
}: {
  readonly policy: PolicyAnswer;
  readonly liveVersion: number | undefined;
}): ReactNode {
  const { role } = useSession();
  const [isGoingBack, setIsGoingBack] = useState(false);
  const mayAct = isAtLeast('admin', role);
  const { version, note, author, approvedBy } = policy;
  const standing = standingOf(policy, liveVersion);
  return (
    <tr className={standing === 'live' ? 'is-live' : ''} aria-current={standing === 'live' ? 'true' : undefined}>
      <td className="narrow">
        <Link href={`/policies/${version}`}>
          <strong>Version {version}</strong>
        </Link>
      </td>
      <td className="narrow">
        <StandingBadge standing={standing} />
      </td>
      <td className="foreign policy-note">{note}</td>
      <td className="foreign">{author}</td>
      <td className="foreign">{approvedBy ?? <span className="soft">nobody</span>}</td>
      <td className="narrow">
        <LiveTime policy={policy} />
      </td>
      <td className="narrow acts">
        {standing === 'scheduled' && mayAct ? <CancelSchedule version={version} /> : null}
        {standing === 'retired' && mayAct && liveVersion !== undefined ? (
          <button
            type="button"
            className="button little"
            aria-label={`Roll back to version ${version}`}
            onClick={() => setIsGoingBack(true)}
          >
            Roll back
          </button>
        ) : null}
        {isGoingBack && liveVersion !== undefined ? (
          <RollbackDialog version={version} liveVersion={liveVersion} close={() => setIsGoingBack(false)} />
        ) : null}
      </td>
    </tr>
  );
}

function LiveTime({ policy: { state, publishedAt, publishAt } }: { readonly policy: PolicyAnswer }): ReactNode {
  if (publishedAt !== null) {
    return (
      <>
        {state === 'live' ? 'since ' : 'from '}
        <When at={publishedAt} />
      </>
    );
  }
  if (publishAt === null) return <span className="soft">never</span>;
  return (
    <>
      at <When at={publishAt} />
    </>
  );
}

import type { ReactNode } from 'react';

import { usePolicies } from '../api/policies.js';
import { isAtLeast, useSession } from '../session/use-session.js';
import { Empty, Loading } from '../ui/empty.js';
import { ProblemNote } from '../ui/problem-note.js';
import { BeginDraft } from './begin-draft.js';
import { DraftList } from './draft-list.js';
import { VersionList } from './version-list.js';
import '../styles/table.css';
import './policies.css';

/** All versions of the policy, and what is to become one. */
export function PoliciesPage(): ReactNode {
  const { role } = useSession();
  const { data, error, isPending, refetch } = usePolicies();
  const versions = data?.items ?? [];
  const live = versions.find(({ state }) => state === 'live');
  return (
    <>
      <header className="page-head">
        <h1>Policies</h1>
        {live !== undefined && isAtLeast('admin', role) ? (
          <BeginDraft from={live} liveVersion={live.version} isMain>
            Begin a draft
          </BeginDraft>
        ) : null}
      </header>
      <div className="page-body policies">
        {error === null ? null : <ProblemNote error={error} retry={() => void refetch()} />}
        {isPending ? <Loading what="policies" /> : null}
        {data === undefined ? null : <DraftList liveVersion={live?.version} />}
        {data !== undefined && versions.length === 0 ? (
          <Empty icon="policy" title="No policy yet">
            The starting policy is published when Portcullis starts for the first time.
          </Empty>
        ) : null}
        {versions.length === 0 ? null : <VersionList versions={versions} liveVersion={live?.version} />}
      </div>
    </>
  );
}

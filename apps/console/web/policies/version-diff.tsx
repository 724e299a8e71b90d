import { useState, type ReactNode } from 'react';

import type { PolicyAnswer } from '#contracts/policy-answer.js';

import { usePolicies, usePolicyDiff } from '../api/policies.js';
import { Loading } from '../ui/empty.js';
import { ProblemNote } from '../ui/problem-note.js';
import { DiffTable } from './diff-table.js';

interface VersionDiffProps {
  readonly policy: PolicyAnswer;
  readonly liveVersion: number | undefined;
}

/** What a version changes: of the one that it followed, of the live one, or of any other. */
export function VersionDiff({ policy, liveVersion }: VersionDiffProps): ReactNode {
  const { version, baseVersion } = policy;
  const [against, setAgainst] = useState(baseVersion ?? liveVersion ?? version);
  const { data: list } = usePolicies();
  const others = list?.items.filter((one) => one.version !== version) ?? [];
  return (
    <section aria-labelledby="changes">
      <div className="part-head">
        <h2 id="changes">What it changes</h2>
        {others.length === 0 ? null : (
          <label className="inline-field">
            <span>Compared with</span>
            <select className="input" value={against} onChange={({ target }) => setAgainst(Number(target.value))}>
              {others.some((one) => one.version === against) ? null : (
                <option value={against}>Version {against}</option>
              )}
              {others.map((one) => (
                <option key={one.version} value={one.version}>
                  Version {one.version}
                  {one.version === liveVersion ? ', live' : ''}
                  {one.version === baseVersion ? ', which it followed' : ''}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
      {against === version ? <p className="soft">It is the first version.</p> : <Diff {...{ version, against }} />}
    </section>
  );
}

function Diff({ version, against }: { readonly version: number; readonly against: number }): ReactNode {
  const { data, error, isPending, refetch } = usePolicyDiff(version, against);
  if (isPending) return <Loading what="what it changes" rows={2} />;
  if (error !== null) return <ProblemNote error={error} retry={() => void refetch()} />;
  return <DiffTable changes={data.changes} from={`Version ${against}`} to={`Version ${version}`} />;
}

import type { ReactNode } from 'react';
import { Link } from 'wouter';

import type { PolicyAnswer } from '#contracts/policy-answer.js';

import { usePolicyDemands } from '../api/policies.js';
import { useReplays } from '../api/replay.js';
import { AffectedStrip } from '../replay/affected-strip.js';
import { newestFor } from '../replay/newest-for.js';
import { ReplaySummary } from '../replay/replay-summary.js';
import { Loading } from '../ui/empty.js';
import { ProblemNote } from '../ui/problem-note.js';
import { ApprovalStep } from './approval-step.js';
import { PublishStep } from './publish-step.js';
import { Step } from './step.js';
import { StopNotes } from './stop-notes.js';
import { UpToDate } from './up-to-date.js';
import '../replay/replay.css';
import '../reviews/queue.css';

interface StepsProps {
  readonly policy: PolicyAnswer;
  readonly live: PolicyAnswer;
}

/** What is still to happen before a version is in force, in its order. */
export function VersionSteps({ policy, live }: StepsProps): ReactNode {
  const { version, refusedBy, baseVersion } = policy;
  const { data: demands } = usePolicyDemands();
  const { data: replays, error, refetch } = useReplays({ version });
  if (refusedBy !== null) return <StopNotes policy={policy} />;
  if (baseVersion !== live.version) return <UpToDate policy={policy} live={live} />;
  if (error !== null) return <ProblemNote error={error} retry={() => void refetch()} />;
  if (replays === undefined || demands === undefined) return <Loading what="its steps" rows={3} />;
  const replay = newestFor(replays.items, live.version);
  const isReplayed = replay?.state === 'done' || !demands.replay;
  const isApproved = policy.approvedBy !== null || !demands.approval;
  return (
    <section aria-labelledby="steps">
      <h2 id="steps">Before it is live</h2>
      <StopNotes policy={policy} />
      <ol className="policy-steps panel">
        <Step name="What would change" isDone={replay?.state === 'done'} isNeeded={demands.replay}>
          {replay?.result === undefined || replay.result === null ? (
            <p className="soft">See what it would have done with images that came in lately.</p>
          ) : (
            <>
              <ReplaySummary replay={replay} result={replay.result} />
              <AffectedStrip affected={replay.result.affected} />
            </>
          )}
          <p>
            <Link href={`/policies/${version}/what-would-change`} className={`button ${isReplayed ? '' : 'main'}`}>
              {replay?.state === 'done' ? 'Look at it closely' : 'What would change'}
            </Link>
          </p>
        </Step>
        <ApprovalStep policy={policy} isReplayed={isReplayed} isNeeded={demands.approval} />
        <PublishStep policy={policy} liveVersion={live.version} isReady={isReplayed && isApproved} />
      </ol>
    </section>
  );
}

import { useMemo, useState, type ReactNode } from 'react';
import { Link, useSearchParams } from 'wouter';

import type { PolicyAnswer, PolicyDraftAnswer } from '#contracts/policy-answer.js';
import type { ThresholdAnswer } from '#contracts/threshold-answer.js';

import { ApiError } from '../api/api-error.js';
import { useDraft, useLivePolicy } from '../api/policies.js';
import { Empty, Loading } from '../ui/empty.js';
import { ProblemNote } from '../ui/problem-note.js';
import { Ago, When } from '../ui/when.js';
import { shownOf, type Shown } from './address.js';
import { Figures } from './figures.js';
import { counted } from './numbers.js';
import { PairList } from './pair-list.js';
import { PairPanel } from './pair-panel.js';
import { SampleFilters } from './sample-filters.js';
import { SaveBar, useSaving } from './save-bar.js';
import { useSample } from './use-sample.js';
import { useTuning } from './use-tuning.js';
import '../reviews/queue.css';
import '../styles/table.css';
import './thresholds.css';

/** Where thresholds are set, by what they would do to past assets. */
export function ThresholdsPage(): ReactNode {
  const [params] = useSearchParams();
  const shown = useMemo(() => shownOf(params), [params]);
  const live = useLivePolicy();
  const draft = useDraft(shown.draft);
  const stored = shown.draft === undefined ? live : draft;
  return (
    <>
      {live.data !== undefined && stored.data !== undefined ? (
        <Tuner key={shown.draft ?? ''} shown={shown} live={live.data} draft={draft.data} />
      ) : (
        <>
          <header className="page-head">
            <h1>Thresholds</h1>
          </header>
          <div className="page-body">
            <CannotShow
              error={stored.error ?? live.error}
              shown={shown}
              retry={() => {
                void stored.refetch();
                void live.refetch();
              }}
            />
          </div>
        </>
      )}
    </>
  );
}

interface CannotShowProps {
  readonly error: Error | null;
  readonly shown: Shown;
  readonly retry: () => void;
}

function CannotShow({ error, shown, retry }: CannotShowProps): ReactNode {
  if (error === null) return <Loading what="the policy" />;
  if (!(error instanceof ApiError && error.status === 404)) return <ProblemNote error={error} retry={retry} />;
  return (
    <Empty icon="search" title={shown.draft === undefined ? 'No policy is live' : 'This draft is not there any more'}>
      <p>
        {shown.draft === undefined ? 'Publish one first.' : 'It was submitted as a version, or somebody discarded it.'}
      </p>
      <Link href="/policies" className="button">
        All policies
      </Link>
    </Empty>
  );
}

interface TunerProps {
  readonly shown: Shown;
  readonly live: PolicyAnswer;
  readonly draft: PolicyDraftAnswer | undefined;
}

function Tuner({ shown, live, draft }: TunerProps): ReactNode {
  const { label, tier } = shown;
  const [isWrong, setIsWrong] = useState(false);
  const tuning = useTuning(draft?.document ?? live.document, draft?.id);
  const saving = useSaving(shown, tuning, draft, live.version);
  const sample = useSample(shown, tuning.document);
  const value = tuning.document.thresholds[label][tier];
  return (
    <>
      <header className="page-head">
        <h1>Thresholds</h1>
        <SaveBar shown={shown} tuning={tuning} draft={draft} saving={saving} isWrong={isWrong} />
      </header>
      <SampleFilters shown={shown} readAnew={sample.readAnew} />
      <div className="page-body tuner">
        <div className="tuner-side">
          <PolicyName live={live} draft={draft} />
          <PairList shown={shown} document={tuning.document} moves={tuning.moves} />
          {sample.live === undefined ? null : <SampleName live={sample.live} />}
        </div>
        <div className="tuner-main">
          {saving.error === null ? null : <ProblemNote error={saving.error} />}
          {sample.error === null ? null : <ProblemNote error={sample.error} retry={sample.retry} />}
          {sample.live === undefined ? (
            <Waiting error={sample.error} />
          ) : (
            <PairPanel
              live={sample.live}
              exact={sample.isOld ? undefined : sample.found}
              value={value}
              set={(to) => tuning.move({ label, tier, to })}
              faults={saving.faults}
              tellWrong={setIsWrong}
            />
          )}
          {sample.live === undefined || sample.found === undefined ? null : (
            <Figures live={sample.live} found={sample.found} isOld={sample.isOld} value={value} />
          )}
        </div>
      </div>
    </>
  );
}

const Waiting = ({ error }: { readonly error: Error | null }): ReactNode =>
  error === null ? <Loading what="the scores" /> : null;

/** Which assets are counted. */
const SampleName = ({ live }: { readonly live: ThresholdAnswer }): ReactNode => (
  <p className="soft small">
    {counted(live.assets)} assets, received <When at={live.receivedFrom} /> to <When at={live.receivedBefore} />; read{' '}
    <Ago at={live.readAt} />.
  </p>
);

/** Which policy is under one's hands. */
const PolicyName = ({ live, draft }: Pick<TunerProps, 'live' | 'draft'>): ReactNode =>
  draft === undefined ? (
    <p>
      <strong>The live policy</strong>, <Link href={`/policies/${live.version}`}>version {live.version}</Link>
    </p>
  ) : (
    <p>
      <strong>A draft</strong> of <span className="foreign">{draft.author}</span> on version {draft.baseVersion}, saved{' '}
      <Ago at={draft.savedAt} />
      {draft.note === '' ? null : <span className="foreign soft">: {draft.note}</span>}
    </p>
  );

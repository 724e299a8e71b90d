import { useState, type ReactNode } from 'react';
import { Link } from 'wouter';

import type { ReplayAnswer } from '#contracts/replay-answer.js';
import type { PolicyDocument } from '#moderation/policy.js';

import { useDraft, useLivePolicy, usePolicy } from '../api/policies.js';
import { useReplays, type Tried } from '../api/replay.js';
import { keptEdit } from '../policies/kept-edits.js';
import { isAtLeast, useSession } from '../session/use-session.js';
import { Empty, Loading } from '../ui/empty.js';
import { Icon } from '../ui/icon.js';
import { ProblemNote } from '../ui/problem-note.js';
import { AskReplay } from './ask-replay.js';
import { ChooseReplay } from './choose-replay.js';
import { ReplayView } from './replay-view.js';
import { StaleNote } from './stale-note.js';
import '../policies/policies.css';
import '../reviews/queue.css';
import '../styles/table.css';
import './replay.css';

/** What a draft would have done with images that came in: the page of one that is still written. */
export function DraftReplayPage({ id }: { readonly id: string }): ReactNode {
  const { name } = useSession();
  const { data: draft, error } = useDraft(id);
  if (error !== null) return <ProblemNote error={error} />;
  return (
    <ReplayPage
      tried={{ draftId: id }}
      title={draft === undefined || draft.author === name ? 'your draft' : `the draft of ${draft.author}`}
      back={`/policies/drafts/${id}`}
      backName="Back to the draft"
      document={draft?.document}
      isEdited={keptEdit(name, id) !== undefined}
    />
  );
}

/** The same for a version. */
export function VersionReplayPage({ version }: { readonly version: number }): ReactNode {
  const { role } = useSession();
  const { data: policy } = usePolicy(version);
  const isOpen = policy?.state === 'draft' && policy.refusedBy === null;
  return (
    <ReplayPage
      tried={{ version }}
      title={`version ${version}`}
      back={`/policies/${version}`}
      backName={isOpen && isAtLeast('senior', role) ? 'Approve, refuse or publish' : 'Back to the version'}
      document={undefined}
      isEdited={false}
    />
  );
}

interface ReplayPageProps {
  readonly tried: Tried;
  /** What is tried, in words. */
  readonly title: string;
  readonly back: string;
  readonly backName: string;
  /** What a draft says now; undefined for a version, which never changes. */
  readonly document: PolicyDocument | undefined;
  /** There is more that was not saved. */
  readonly isEdited: boolean;
}

function ReplayPage({ tried, title, back, backName, document, isEdited }: ReplayPageProps): ReactNode {
  const { role } = useSession();
  const { data: live } = useLivePolicy();
  const { data: replays, error, isPending, refetch } = useReplays(tried);
  const [chosen, setChosen] = useState<string | undefined>(undefined);
  const items = replays?.items ?? [];
  const shown: ReplayAnswer | undefined = items.find(({ id }) => id === chosen) ?? items[0];
  return (
    <>
      <header className="page-head">
        <h1>What would change with {title}</h1>
        <Link href={back} className="button">
          <Icon name="back" /> {backName}
        </Link>
      </header>
      <div className="page-body policies">
        {isAtLeast('senior', role) ? <AskReplay tried={tried} done={({ id }) => setChosen(id)} /> : null}
        {error === null ? null : <ProblemNote error={error} retry={() => void refetch()} />}
        {isPending ? <Loading what="replays" /> : null}
        {replays !== undefined && shown === undefined ? <NoneYet /> : null}
        {shown === undefined || live === undefined ? null : (
          <>
            <ChooseReplay replays={items} chosen={shown.id} choose={setChosen} />
            <StaleNote replay={shown} liveVersion={live.version} document={document} isEdited={isEdited} />
            <ReplayView key={shown.id} replay={shown} />
          </>
        )}
      </div>
    </>
  );
}

const NoneYet = (): ReactNode => (
  <Empty icon="history" title="Nobody has asked yet">
    Choose which images, and see what this policy would have done with them in the place of the live one.
  </Empty>
);

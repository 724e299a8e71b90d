import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';

import type { ReplayAnswer } from '#contracts/replay-answer.js';

import { messageOf } from '../api/api-error.js';
import { cancelReplay, isRunning, useReplay } from '../api/replay.js';
import { KEYS } from '../api/query-keys.js';
import { isAtLeast, useSession } from '../session/use-session.js';
import { tell } from '../toasts/toasts.js';
import { Loading } from '../ui/empty.js';
import { Icon } from '../ui/icon.js';
import { ProblemNote } from '../ui/problem-note.js';
import { AffectedAssets } from './affected-assets.js';
import { countText } from './numbers.js';
import { ReplayResultTables } from './replay-result-tables.js';
import { ReplaySummary } from './replay-summary.js';

/** One replay: how far it is, how it ended, and what it tells. */
export function ReplayView({ replay: listed }: { readonly replay: ReplayAnswer }): ReactNode {
  const { data, error, refetch } = useReplay(listed.id);
  if (error !== null) return <ProblemNote error={error} retry={() => void refetch()} />;
  if (data === undefined) return <Loading what="the replay" />;
  if (isRunning(data)) return <Progress replay={data} />;
  if (data.result === null) return <NoResult replay={data} />;
  return (
    <>
      <section aria-labelledby="in-short">
        <h2 id="in-short">In short</h2>
        <div className="panel replay-short">
          <ReplaySummary replay={data} result={data.result} />
        </div>
      </section>
      <ReplayResultTables result={data.result} />
      <AffectedAssets affected={data.result.affected} cases={data.cases} changed={data.result.changed} />
    </>
  );
}

function Progress({ replay }: { readonly replay: ReplayAnswer }): ReactNode {
  const client = useQueryClient();
  const { role } = useSession();
  const { id, state, progress, handled, tries } = replay;
  const cancelling = useMutation({
    mutationFn: () => cancelReplay(id),
    onError: (error) => tell(`Not cancelled: ${messageOf(error)}`, { tone: 'bad' }),
    onSettled: () => client.invalidateQueries({ queryKey: KEYS.replays }),
  });
  return (
    <section className="panel replay-progress" aria-label="How far it is">
      <p>
        <strong>{state === 'waiting' ? 'It waits for its turn' : `${countText(handled)} images weighed`}</strong>{' '}
        {tries > 1 ? <span className="badge warn">begun anew: the console was stopped in the middle</span> : null}
      </p>
      <progress value={progress} max={1} aria-label="How much of the time is behind it" />
      {isAtLeast('senior', role) ? (
        <p>
          <button type="button" className="button" disabled={cancelling.isPending} onClick={() => cancelling.mutate()}>
            Cancel
          </button>
        </p>
      ) : null}
    </section>
  );
}

const NoResult = ({ replay: { state, fault } }: { readonly replay: ReplayAnswer }): ReactNode => (
  <div className={`note ${state === 'failed' ? 'block' : 'warn'}`} role="status">
    <Icon name="alert" />
    <div>
      <p>
        <strong>{state === 'failed' ? 'It was interrupted.' : 'It was cancelled.'}</strong>
      </p>
      <p>{fault ?? 'Replay again when you like.'}</p>
    </div>
  </div>
);

import type { ReactNode } from 'react';

import type { ReplayAnswer, ReplayState } from '#contracts/replay-answer.js';

import { useNow } from '../ui/now.js';
import { asLocal, asUtc } from '../ui/times.js';

const STATE_NAMES: Readonly<Record<ReplayState, string>> = {
  waiting: 'waits',
  running: 'runs',
  done: 'done',
  cancelled: 'cancelled',
  failed: 'failed',
};

interface ChooseReplayProps {
  readonly replays: readonly ReplayAnswer[];
  readonly chosen: string;
  readonly choose: (id: string) => void;
}

/** Earlier replays, where there is more than one. */
export function ChooseReplay({ replays, chosen, choose }: ChooseReplayProps): ReactNode {
  const nowMs = useNow();
  if (replays.length < 2) return null;
  return (
    <label className="inline-field">
      <span>Replay</span>
      <select className="input" value={chosen} onChange={({ target }) => choose(target.value)}>
        {replays.map(({ id, askedAt, askedBy, state, against }) => (
          <option key={id} value={id} title={asUtc(askedAt)}>
            {asLocal(askedAt, nowMs)}, by {askedBy}, against version {against}: {STATE_NAMES[state]}
          </option>
        ))}
      </select>
    </label>
  );
}

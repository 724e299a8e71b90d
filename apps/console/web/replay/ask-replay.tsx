import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState, type ReactNode } from 'react';

import type { ReplayAnswer } from '#contracts/replay-answer.js';

import { askReplay, useClientNames, type Tried } from '../api/replay.js';
import { KEYS } from '../api/query-keys.js';
import { isAtLeast, useSession } from '../session/use-session.js';
import { ProblemNote } from '../ui/problem-note.js';

const DAY_MS = 86_400_000;

/** How far back, by its name. */
const WINDOWS = [
  [1, 'The last day'],
  [7, 'The last 7 days'],
  [30, 'The last 30 days'],
  [90, 'The last 90 days'],
  [365, 'The last year'],
] as const;

interface AskReplayProps {
  readonly tried: Tried;
  readonly done: (replay: ReplayAnswer) => void;
}

/** Asks for a replay: over which images. */
export function AskReplay({ tried, done }: AskReplayProps): ReactNode {
  const client = useQueryClient();
  const { role } = useSession();
  const { data: names = [] } = useClientNames(isAtLeast('senior', role));
  const [days, setDays] = useState<number>(7);
  const [of, setOf] = useState('');
  const listId = useId();
  const asking = useMutation({
    mutationFn: () =>
      askReplay(tried, {
        receivedFrom: new Date(Date.now() - days * DAY_MS).toISOString(),
        client: of.trim() === '' ? undefined : of.trim(),
      }),
    onSuccess: async (replay) => {
      await client.invalidateQueries({ queryKey: KEYS.replays });
      done(replay);
    },
  });
  return (
    <form
      className="panel ask-replay"
      aria-label="Which images"
      onSubmit={(event) => {
        event.preventDefault();
        asking.mutate();
      }}
    >
      <label className="field">
        <span>Images of</span>
        <select className="input" value={days} onChange={({ target }) => setDays(Number(target.value))}>
          {WINDOWS.map(([value, name]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label className="field">
        <span>Client</span>
        <input
          className="input"
          list={listId}
          maxLength={200}
          placeholder="All clients"
          autoCapitalize="none"
          spellCheck={false}
          value={of}
          onChange={({ target }) => setOf(target.value)}
        />
      </label>
      <datalist id={listId}>
        {names.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <button type="submit" className="button main" disabled={asking.isPending}>
        Replay
      </button>
      <p className="soft small">Scores that are stored are weighed again; no image is classified anew.</p>
      {asking.error === null ? null : <ProblemNote error={asking.error} />}
    </form>
  );
}

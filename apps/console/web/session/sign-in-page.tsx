import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';

import type { SessionAnswer } from '#contracts/sign-in-answer.js';

import { ApiError } from '../api/api-error.js';
import { KEYS } from '../api/query-keys.js';
import { signIn } from '../api/session.js';
import { forgetUndoable } from '../toasts/toasts.js';
import { useNow } from '../ui/now.js';
import { asClock } from '../ui/times.js';
import { ProblemNote } from '../ui/problem-note.js';
import { Brand } from './brand.js';

/** What an API tells of a one-time password, kept until the person has chosen their own: nobody types it twice. */
export const oneTime: { password: string | undefined } = { password: undefined };

interface SignInProps {
  /** Whoever was in until now. */
  readonly before: SessionAnswer | undefined;
  /** What is behind the page is given up. */
  readonly leave: () => void;
}

/** Where people sign in. */
export function SignInPage({ before, leave }: SignInProps): ReactNode {
  const client = useQueryClient();
  const [name, setName] = useState(before?.name ?? '');
  const [password, setPassword] = useState('');
  const entering = useMutation({
    mutationFn: () => signIn(name, password),
    onSuccess: (session) => {
      if (before !== undefined && before.name !== session.name) {
        leave();
        forgetUndoable();
        client.clear();
      }
      oneTime.password = session.mustChangePassword ? password : undefined;
      client.setQueryData(KEYS.session, session);
      if (before !== undefined)
        void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' });
    },
    onSettled: () => setPassword(''),
  });
  const untilMs = useWaitUntil(entering.error, entering.submittedAt);
  return (
    <main className="gate">
      <div className="gate-card">
        <Brand />
        <div>
          <h1>{before === undefined ? 'Sign in' : 'Your session has ended'}</h1>
          <p className="soft">
            {before === undefined
              ? 'With the name and the password of your account.'
              : 'Sign in to go on where you were.'}
          </p>
        </div>
        {entering.error === null ? null : <ProblemNote error={entering.error} />}
        <form
          onSubmit={(event) => {
            event.preventDefault();
            entering.mutate();
          }}
        >
          <label className="field">
            <span>Name</span>
            <input
              className="input"
              name="username"
              autoComplete="username"
              autoCapitalize="none"
              spellCheck={false}
              autoFocus={before === undefined}
              required
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          </label>
          <label className="field">
            <span>Password</span>
            <input
              className="input"
              type="password"
              name="password"
              autoComplete="current-password"
              autoFocus={before !== undefined}
              required
              value={password}
              onChange={(event) => setPassword(event.target.value)}
            />
          </label>
          <SubmitButton isBusy={entering.isPending} untilMs={untilMs} />
        </form>
      </div>
    </main>
  );
}

function SubmitButton({ isBusy, untilMs }: { readonly isBusy: boolean; readonly untilMs: number }): ReactNode {
  const leftMs = untilMs - useNow();
  const text = leftMs > 0 ? `Try again in ${asClock(leftMs)}` : 'Sign in';
  return (
    <button type="submit" className="button main" disabled={isBusy || leftMs > 0}>
      {isBusy ? 'Signing in …' : text}
    </button>
  );
}

/** When the next try is taken, epoch milliseconds; 0: now. */
function useWaitUntil(error: Error | null, submittedAtMs: number): number {
  const waitMs = error instanceof ApiError && error.status === 429 ? (error.retryAfterMs ?? 0) : 0;
  return waitMs === 0 ? 0 : submittedAtMs + waitMs;
}

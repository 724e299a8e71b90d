import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';

import { KEYS } from '../api/query-keys.js';
import { changePassword, signOut } from '../api/session.js';
import { ProblemNote } from '../ui/problem-note.js';
import { Brand } from './brand.js';
import { oneTime } from './sign-in-page.js';

/** As the service has it. */
const CHARACTERS_MIN = 12;

/** Where whoever has a one-time password chooses their own: nothing else is allowed before. */
export function PasswordPage({ name }: { readonly name: string }): ReactNode {
  const client = useQueryClient();
  const known = oneTime.password;
  const [current, setCurrent] = useState(known ?? '');
  const [next, setNext] = useState('');
  const [again, setAgain] = useState('');
  const choosing = useMutation({
    mutationFn: () => changePassword(current, next),
    onSuccess: () => {
      oneTime.password = undefined;
      return client.invalidateQueries({ queryKey: KEYS.session });
    },
  });
  const leaving = useMutation({ mutationFn: signOut, onSettled: () => client.setQueryData(KEYS.session, null) });
  const differs = again !== '' && again !== next;
  return (
    <main className="gate">
      <div className="gate-card">
        <Brand />
        <div>
          <h1>Choose your password</h1>
          <p className="soft">
            The one you were given works once. Take {CHARACTERS_MIN} characters or more; a sentence is best.
          </p>
        </div>
        {choosing.error === null ? null : <ProblemNote error={choosing.error} />}
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (!differs) choosing.mutate();
          }}
        >
          <input
            className="unseen"
            name="username"
            autoComplete="username"
            value={name}
            readOnly
            tabIndex={-1}
            aria-hidden
          />
          {known === undefined ? (
            <Secret label="Password you were given" value={current} set={setCurrent} complete="current-password" />
          ) : null}
          <Secret label="New password" value={next} set={setNext} min={CHARACTERS_MIN} first={known !== undefined} />
          <Secret
            label="The same again"
            value={again}
            set={setAgain}
            fault={differs ? 'These two differ.' : undefined}
          />
          <button type="submit" className="button main" disabled={choosing.isPending}>
            {choosing.isPending ? 'Saving …' : 'Save and go on'}
          </button>
          <button type="button" className="button plain" onClick={() => leaving.mutate()}>
            Sign out
          </button>
        </form>
      </div>
    </main>
  );
}

interface SecretProps {
  readonly label: string;
  readonly value: string;
  readonly set: (value: string) => void;
  readonly complete?: 'current-password' | 'new-password';
  readonly min?: number;
  readonly first?: boolean;
  readonly fault?: string | undefined;
}

function Secret({ label, value, set, complete = 'new-password', min, first = false, fault }: SecretProps): ReactNode {
  return (
    <label className="field">
      <span>{label}</span>
      <input
        className="input"
        type="password"
        autoComplete={complete}
        minLength={min}
        autoFocus={first || complete === 'current-password'}
        required
        aria-invalid={fault !== undefined}
        value={value}
        onChange={(event) => set(event.target.value)}
      />
      {fault === undefined ? null : <span role="alert">{fault}</span>}
    </label>
  );
}

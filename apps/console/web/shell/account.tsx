import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';

import { KEYS } from '../api/query-keys.js';
import { signOut } from '../api/session.js';
import { useSession } from '../session/use-session.js';
import { tell } from '../toasts/toasts.js';
import { Icon } from '../ui/icon.js';
import { ROLE_NAMES } from '../words/words.js';

/** Who is signed in, and the way out. */
export function Account(): ReactNode {
  const { displayName, name, role } = useSession();
  const leaving = useSignOut();
  return (
    <div className="account">
      <div className="account-who">
        <strong className="cut" title={name}>
          {displayName}
        </strong>
        <span className="soft small">{role === 'client' ? 'Client' : ROLE_NAMES[role]}</span>
      </div>
      <button type="button" className="button plain little" aria-label="Sign out" title="Sign out" onClick={leaving}>
        <Icon name="out" />
      </button>
    </div>
  );
}

/** Ends the session, and forgets what these pages know. */
export function useSignOut(): () => void {
  const client = useQueryClient();
  const { mutate } = useMutation({
    mutationFn: signOut,
    onSuccess: () => {
      client.clear();
      // nothing of this person stays on the page
      window.location.assign('/');
    },
    onError: (error) => tell(`You are still signed in: ${error.message}`, { tone: 'bad' }),
  });
  return () => {
    client.removeQueries({ queryKey: KEYS.reviews });
    mutate();
  };
}

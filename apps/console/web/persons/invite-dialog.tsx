import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';

import type { PersonRole } from '#contracts/access.js';
import type { InvitedPersonAnswer } from '#contracts/person-answer.js';

import { KEYS } from '../api/query-keys.js';
import { invitePerson } from '../api/persons.js';
import { Modal } from '../ui/modal.js';
import { ProblemNote } from '../ui/problem-note.js';
import { ROLE_NAMES, ROLES } from '../words/words.js';

interface InviteProps {
  readonly close: () => void;
  readonly give: (given: InvitedPersonAnswer) => void;
}

/** Makes an account for somebody. */
export function InviteDialog({ close, give }: InviteProps): ReactNode {
  const client = useQueryClient();
  const [name, setName] = useState('');
  const [displayName, setDisplayName] = useState('');
  const [role, setRole] = useState<PersonRole>('moderator');
  const inviting = useMutation({
    mutationFn: () => invitePerson(name, displayName, role),
    onSuccess: (given) => {
      close();
      give(given);
      return client.invalidateQueries({ queryKey: KEYS.persons });
    },
  });
  return (
    <Modal title="Invite somebody" close={close}>
      <form
        className="step-form"
        onSubmit={(event) => {
          event.preventDefault();
          inviting.mutate();
        }}
      >
        <label className="field">
          <span>Sign-in name: an e-mail address, or a name</span>
          <input
            className="input"
            required
            maxLength={200}
            autoCapitalize="none"
            spellCheck={false}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        </label>
        <label className="field">
          <span>What colleagues see</span>
          <input
            className="input"
            required
            maxLength={100}
            value={displayName}
            onChange={(event) => setDisplayName(event.target.value)}
          />
        </label>
        <label className="field">
          <span>Role</span>
          <select
            className="input"
            value={role}
            onChange={({ target }) => setRole(ROLES.find((one) => one === target.value) ?? role)}
          >
            {ROLES.map((one) => (
              <option key={one} value={one}>
                {ROLE_NAMES[one]}
              </option>
            ))}
          </select>
        </label>
        {inviting.error === null ? null : <ProblemNote error={inviting.error} />}
        <div className="dialog-foot">
          <button type="button" className="button" onClick={close}>
            Cancel
          </button>
          <button type="submit" className="button main" disabled={inviting.isPending}>
            Invite
          </button>
        </div>
      </form>
    </Modal>
  );
}

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';

import type { PersonRole } from '#contracts/access.js';
import type { InvitedPersonAnswer } from '#contracts/person-answer.js';

import { KEYS } from '../api/query-keys.js';
import { invitePerson } from '../api/persons.js';
import { FormDialog } from '../ui/form-dialog.js';
import { RoleChoice } from './role-choice.js';

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
    <FormDialog
      title="Invite somebody"
      close={close}
      button="Invite"
      submit={() => inviting.mutate()}
      sending={inviting}
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
        <RoleChoice role={role} choose={setRole} />
      </label>
    </FormDialog>
  );
}

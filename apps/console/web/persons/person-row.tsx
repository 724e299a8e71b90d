import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';

import type { PersonRole } from '#contracts/access.js';
import type { InvitedPersonAnswer, PersonAnswer } from '#contracts/person-answer.js';

import { changePerson, resetPerson } from '../api/persons.js';
import { KEYS } from '../api/query-keys.js';
import { tell } from '../toasts/toasts.js';
import { When } from '../ui/when.js';
import { ROLE_NAMES, ROLES } from '../words/words.js';

interface RowProps {
  readonly person: PersonAnswer;
  readonly give: (given: InvitedPersonAnswer) => void;
}

/** One person, and what an admin may change of them. */
export function PersonRow({ person, give }: RowProps): ReactNode {
  const client = useQueryClient();
  const { id, name, displayName, role, disabled } = person;
  const readAnew = (): Promise<void> => client.invalidateQueries({ queryKey: KEYS.persons });
  const changing = useMutation({
    mutationFn: (change: { role?: PersonRole; disabled?: boolean }) => changePerson(id, change),
    onSuccess: () => tell(`${displayName}: changed, from their next request on.`, { tone: 'good' }),
    onError: (error) => tell(`Not changed: ${error.message}`, { tone: 'bad' }),
    onSettled: readAnew,
  });
  const resetting = useMutation({
    mutationFn: () => resetPerson(id),
    onSuccess: give,
    onError: (error) => tell(`Not reset: ${error.message}`, { tone: 'bad' }),
    onSettled: readAnew,
  });
  return (
    <tr>
      <td>
        <strong className="foreign">{displayName}</strong> <span className="soft foreign">{name}</span>
        {disabled ? <span className="badge warn"> disabled</span> : null}
        {person.mustChangePassword ? <span className="badge"> has not chosen a password</span> : null}
      </td>
      <td className="narrow">
        <select
          className="input"
          aria-label={`Role of ${displayName}`}
          value={role}
          disabled={changing.isPending}
          onChange={({ target }) => changing.mutate({ role: ROLES.find((one) => one === target.value) ?? role })}
        >
          {ROLES.map((one) => (
            <option key={one} value={one}>
              {ROLE_NAMES[one]}
            </option>
          ))}
        </select>
      </td>
      <td className="narrow">{person.signedInAt === null ? 'never' : <When at={person.signedInAt} />}</td>
      <td className="narrow">{person.sessions}</td>
      <td className="narrow acts">
        <button
          type="button"
          className="button plain little"
          disabled={resetting.isPending}
          onClick={() => resetting.mutate()}
        >
          New password
        </button>
        <button type="button" className="button little" onClick={() => changing.mutate({ disabled: !disabled })}>
          {disabled ? 'Enable' : 'Disable'}
        </button>
      </td>
    </tr>
  );
}

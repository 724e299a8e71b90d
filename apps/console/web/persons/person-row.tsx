import type { ReactNode } from 'react';

import type { PersonAnswer } from '#contracts/person-answer.js';

import { When } from '../ui/when.js';
import { RoleChoice } from './role-choice.js';
import { useChange } from './use-change.js';

interface RowProps {
  readonly person: PersonAnswer;
  /** Opens a dialog about them. */
  readonly ask: (about: 'reset' | 'sessions') => void;
}

/** One person, and what an admin may change of them. */
export function PersonRow({ person, ask }: RowProps): ReactNode {
  const { name, displayName, role, disabled, sessions } = person;
  const changing = useChange(person);
  return (
    <tr>
      <td>
        <strong className="foreign">{displayName}</strong> <span className="soft foreign">{name}</span>{' '}
        {disabled ? <span className="badge warn">disabled</span> : null}
        {person.mustChangePassword ? <span className="badge">has not chosen a password</span> : null}
      </td>
      <td className="narrow">
        <RoleChoice
          role={role}
          choose={(wanted) => changing.mutate({ role: wanted })}
          disabled={changing.isPending}
          label={`Role of ${displayName}`}
        />
      </td>
      <td className="narrow">{person.signedInAt === null ? 'never' : <When at={person.signedInAt} />}</td>
      <td className="narrow">
        {sessions === 0 ? (
          'nowhere'
        ) : (
          <button type="button" className="button plain little" onClick={() => ask('sessions')}>
            {sessions === 1 ? '1 browser' : `${sessions} browsers`}
            <span className="unseen"> of {displayName}</span>
          </button>
        )}
      </td>
      <td className="narrow acts">
        <button type="button" className="button plain little" onClick={() => ask('reset')}>
          New password<span className="unseen"> for {displayName}</span>
        </button>
        <button
          type="button"
          className="button little"
          disabled={changing.isPending}
          onClick={() => changing.mutate({ disabled: !disabled })}
        >
          {disabled ? 'Enable' : 'Disable'}
          <span className="unseen"> {displayName}</span>
        </button>
      </td>
    </tr>
  );
}

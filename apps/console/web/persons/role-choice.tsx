import type { ReactNode } from 'react';

import type { PersonRole } from '#contracts/access.js';

import { ROLE_NAMES, ROLES } from '../words/words.js';

interface RoleProps {
  readonly role: PersonRole;
  readonly choose: (role: PersonRole) => void;
  readonly disabled?: boolean;
  /** Where no label stands beside it. */
  readonly label?: string;
}

/** What somebody may do, out of all there is. */
export const RoleChoice = ({ role, choose, disabled = false, label }: RoleProps): ReactNode => (
  <select
    className="input"
    aria-label={label}
    value={role}
    disabled={disabled}
    onChange={({ target }) => choose(ROLES.find((one) => one === target.value) ?? role)}
  >
    {ROLES.map((one) => (
      <option key={one} value={one}>
        {ROLE_NAMES[one]}
      </option>
    ))}
  </select>
);

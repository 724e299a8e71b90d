import { IsBoolean, IsIn, Matches, ValidateIf } from 'class-validator';

import { PERSON_ROLES, type PersonRole } from './access.js';
import { NextUuid, WholeNumber } from './page-query.js';
import { PlainText } from './plain-text.js';
import { SignInName } from './sign-in-name.js';

export const DISPLAY_CHARACTERS_MAX = 100;
const PAGE_MAX = 500;
const PAGE_DEFAULT = 50;

/** Signs that turn the direction of a text, or show nothing, would let one person look like another. */
const SHOWN = { pattern: /^\P{Cf}+$/u, message: 'must not hold characters that nobody sees' };

/** A property that may be left out, and is not null. */
const MayBeLeftOut = (): PropertyDecorator => ValidateIf((_: unknown, value: unknown) => value !== undefined);

/** A new person of the console, who gets a password that works once. */
export class PersonBody {
  /** What they sign in with, and what is written beside what they do. It never changes. */
  @SignInName()
  name!: string;

  @Matches(SHOWN.pattern, { message: SHOWN.message })
  @PlainText(DISPLAY_CHARACTERS_MAX)
  displayName!: string;

  @IsIn(PERSON_ROLES, { message: `must be one of ${PERSON_ROLES.join(', ')}` })
  role!: PersonRole;
}

/** What is to change of a person; what is left out stays. */
export class PersonChangeBody {
  @MayBeLeftOut()
  @Matches(SHOWN.pattern, { message: SHOWN.message })
  @PlainText(DISPLAY_CHARACTERS_MAX)
  displayName?: string;

  @MayBeLeftOut()
  @IsIn(PERSON_ROLES, { message: `must be one of ${PERSON_ROLES.join(', ')}` })
  role?: PersonRole;

  /** Whoever is disabled is signed out everywhere, at once. */
  @MayBeLeftOut()
  @IsBoolean({ message: 'must be true or false' })
  disabled?: boolean;
}

/** Where a page of persons begins, and how long it is. */
export class PersonQuery {
  @NextUuid()
  cursor?: string;

  @WholeNumber(1, PAGE_MAX)
  limit: number = PAGE_DEFAULT;
}

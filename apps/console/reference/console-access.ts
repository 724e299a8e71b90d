import { covers, PERSON_ROLES } from '#contracts/access.js';
import { CONSOLE_HEADER } from '#contracts/sign-in-answer.js';
import { neededOfKey, type AccessStyle } from '#openapi/access-style.js';
import type { JsonObject } from '#openapi/json.js';

import { COOKIE } from '../sign-in/session-cookie.js';

/** People come with the cookie of their session, programs with a key. */
export const SECURITY_SCHEMES: Readonly<Record<string, JsonObject>> = {
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: COOKIE,
    description: `Of a person who is signed in (\`POST /api/session\`). Whatever may change something must come from the console's own site, as JSON, with the header \`${CONSOLE_HEADER}\`.`,
  },
  key: {
    type: 'http',
    scheme: 'bearer',
    description:
      'An API key, `pck_…`: of an admin with the scope `admin`, or of a moderator or senior. It needs neither cookie nor header.',
  },
};

export const CONSOLE_ACCESS: AccessStyle = {
  security: (rule) => [{ session: [] }, { key: neededOfKey(rule) }],
  words: ({ roles }) => {
    const may = PERSON_ROLES.filter((role) => covers(roles, role)).map((role) => `\`${role}\``);
    return `For the role${may.length > 1 ? 's' : ''} ${may.join(', ')}.`;
  },
  problems: ['password-change-needed', 'cross-site', 'overloaded'],
};

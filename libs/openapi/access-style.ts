import type { ProblemCode } from '#contracts/problems.js';
import type { AccessRule } from '#service/access-rule.js';

import type { JsonObject } from './json.js';

/** How a service says who may call a route that is not open to everybody. */
export interface AccessStyle {
  /** Security Requirement Objects, by the names of the document's schemes; each is enough by itself. */
  readonly security: (rule: AccessRule) => readonly JsonObject[];
  readonly words: (rule: AccessRule) => string;
  /** What may go wrong at each of them, beside a missing or insufficient key. */
  readonly problems: readonly ProblemCode[];
}

/** What a key must have for a route: a scope, or its role where that is no admin's. */
export const neededOfKey = ({ roles, scope }: AccessRule): string[] => (scope === undefined ? [...roles] : [scope]);

/** Where whoever calls has a key, in the scheme `key`. */
export const KEY_ACCESS: AccessStyle = {
  security: (rule) => [{ key: neededOfKey(rule) }],
  words: ({ roles, scope }) => {
    if (scope === undefined && roles.every((role) => role === 'admin')) return 'Needs a key with the scope `admin`.';
    const scoped = scope === undefined ? '' : ` with the scope \`${scope}\``;
    return `Needs a key of a ${roles.map((role) => `\`${role}\``).join(' or ')}${scoped}.`;
  },
  problems: [],
};

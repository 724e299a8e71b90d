import { describe, expect, it } from '@jest/globals';

import { SCOPES, type Principal, type SignedIn } from '#contracts/access.js';

import { refuseUncovered, type AccessRule } from './access-rule.js';

const LATER = new Date('2030-01-01T00:00:00Z');
const SIGNED_IN: SignedIn = {
  ...{ personId: 'p', displayName: 'Chief', mustChangePassword: false },
  ...{ expiresAt: LATER, idleExpiresAt: LATER },
};
const keyOf = (differing: Partial<Principal>): Principal => ({
  ...{ keyId: 'k', role: 'client', clientId: null, holder: 'x', scopes: [] },
  ...differing,
});
const admits = (rule: AccessRule, principal: Principal): boolean => {
  try {
    refuseUncovered(rule, principal);
    return true;
  } catch {
    return false;
  }
};

describe('what admins do', () => {
  const RULES: AccessRule[] = [{ roles: ['admin'] }, { roles: ['moderator', 'admin'] }];

  it.each(RULES)('is for those who are signed in as one, and for keys with the scope `admin`: %j', (rule) => {
    expect(admits(rule, keyOf({ role: 'admin', person: SIGNED_IN }))).toBe(true);
    expect(admits(rule, keyOf({ role: 'admin', scopes: ['admin'] }))).toBe(true);
  });

  it.each(RULES)('is for no other key, whatever it is called and may do: %j', (rule) => {
    const others = SCOPES.filter((scope) => scope !== 'admin');
    expect(admits(rule, keyOf({ role: 'admin', scopes: [] }))).toBe(false);
    expect(admits(rule, keyOf({ role: 'admin', scopes: others }))).toBe(false);
    expect(admits(rule, keyOf({ role: 'client', scopes: others }))).toBe(false);
  });
});

describe('a scope', () => {
  it('is wanted beside the role', () => {
    const rule: AccessRule = { roles: ['client'], scope: 'upload' };
    expect(admits(rule, keyOf({ scopes: ['read', 'upload'] }))).toBe(true);
    expect(admits(rule, keyOf({ scopes: ['read'] }))).toBe(false);
    expect(admits(rule, keyOf({ role: 'admin', scopes: ['admin'] }))).toBe(false);
  });
});

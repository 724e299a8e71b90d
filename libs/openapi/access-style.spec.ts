import { describe, expect, it } from '@jest/globals';

import { KEY_ACCESS } from './access-style.js';

describe('who may call', () => {
  it.each([
    [{ roles: ['client'], scope: 'read' } as const, ['read'], 'Needs a key of a `client` with the scope `read`.'],
    [{ roles: ['admin'] } as const, ['admin'], 'Needs a key with the scope `admin`.'],
    [{ roles: ['moderator', 'admin'] } as const, ['moderator', 'admin'], 'Needs a key of a `moderator` or `admin`.'],
  ])('is said in words and as scopes: %j', (rule, scopes, words) => {
    expect(KEY_ACCESS.security(rule)).toEqual([{ key: scopes }]);
    expect(KEY_ACCESS.words(rule)).toBe(words);
  });
});

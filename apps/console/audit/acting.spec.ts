import { describe, expect, it } from '@jest/globals';
import type { PersonRole, Principal } from '#contracts/access.js';
import type { Deed } from '#persistence/audit-trail.js';
import { Acting } from './acting.js';

const DEED = { act: 'person.reset', subject: 'person', id: 'x' } as const;
const key: Principal = { keyId: 'k', role: 'admin', clientId: null, holder: 'chief', scopes: [] };
const at = new Date(0);
const person = { personId: 'p', displayName: 'Gus', mustChangePassword: false, expiresAt: at, idleExpiresAt: at };

/** Whether an act is done by whoever was an admin when the guard looked, and has this role now. */
async function done(principal: Principal, now: PersonRole | undefined): Promise<unknown> {
  const trail = { perform: <T>(_: unknown, __: Deed<T>, work: () => Promise<T>): Promise<T> => work() };
  const acting = new Acting(trail, { roleOf: () => Promise.resolve(now) });
  const work = (): Promise<string> => Promise.resolve('done');
  return acting.perform({ principal, requestId: 'r' }, DEED, work).catch((error: unknown) => error);
}

describe('an act of a person', () => {
  it('is done where they may still do it', async () => {
    expect(await done({ ...key, person }, 'admin')).toBe('done');
  });

  it('is not where they were demoted or signed out since the guard looked', async () => {
    expect(await done({ ...key, person }, 'moderator')).toMatchObject({ code: 'forbidden' });
    expect(await done({ ...key, person }, undefined)).toMatchObject({ code: 'unauthorized' });
  });

  it('of a key is the guard’s alone', async () => {
    expect(await done(key, undefined)).toBe('done');
  });
});

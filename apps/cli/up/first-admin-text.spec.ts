import { describe, expect, it } from '@jest/globals';
import { firstAdmin } from './first-admin-text.js';

describe('what a start tells of the first admin', () => {
  it('is the password, then how to get another, and nothing once an admin has signed in', () => {
    const admin = { name: 'admin', oneTimePassword: undefined, neverSignedIn: true };
    expect(firstAdmin({ ...admin, oneTimePassword: 'abcde-fghij' }).join()).toContain('password abcde-fghij');
    expect(firstAdmin(admin).join()).toContain('persons reset admin');
    expect(firstAdmin({ ...admin, neverSignedIn: false })).toEqual([]);
  });
});

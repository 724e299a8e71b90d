import { describe, expect, it } from '@jest/globals';
import { Problem } from '#contracts/problems.js';
import type { Credentials } from '#persistence/person-store.js';
import { DatabaseLate } from '#persistence/errors.js';
import { SignIn, type SignInParts } from './sign-in.js';
import { SignInLimits } from './sign-in-limits.js';

const ANNA: Credentials = { personId: 'p', role: 'moderator', passwordHash: 'right', usable: true };
const BROWSER = { address: '192.0.2.1', agent: '', token: undefined, requestId: 'r' };
const LATE = new DatabaseLate('late');

const trail: SignInParts['trail'] = { perform: (_, __, work) => work() };
const parts: SignInParts = {
  persons: { credentials: () => Promise.resolve(ANNA) },
  sessions: { create: () => Promise.resolve({ id: 'id', ended: [] }), endOf: () => Promise.resolve(undefined) },
  passwords: { matches: (password, hashed) => Promise.resolve(password === hashed) },
  limits: new SignInLimits(() => Promise.resolve(false)),
  trail,
  failures: { record: () => Promise.resolve() },
};

/** What comes of ten tries with the right password where something else fails, and of one when it works again. */
async function afterTen(failing: Partial<SignInParts>): Promise<unknown[]> {
  const limits = new SignInLimits(() => Promise.resolve(false));
  const signIn = new SignIn({ ...parts, ...failing, limits });
  const tries: unknown[] = [];
  for (let n = 0; n < 10; n += 1) {
    tries.push(await signIn.signIn({ name: 'anna', password: 'right' }, BROWSER).catch((error: unknown) => error));
  }
  const healed = new SignIn({ ...parts, limits });
  const last = await healed.signIn({ name: 'anna', password: 'right' }, BROWSER).catch((error: unknown) => error);
  return [...new Set(tries), typeof last];
}

describe('a sign-in that nobody could look at', () => {
  const overloaded = new Problem('overloaded', 'Too many ask for this at once.');
  it.each<[string, Partial<SignInParts>, unknown]>([
    ['as too many guess', { passwords: { matches: () => Promise.reject(overloaded) } }, overloaded],
    ['as the database is away', { persons: { credentials: () => Promise.reject(LATE) } }, LATE],
    ['as the database goes away', { trail: { perform: () => Promise.reject(LATE) } }, LATE],
  ])('is not held against anybody: %s', async (_, failing, error) => {
    expect(await afterTen(failing)).toEqual([error, 'string']);
  });

  it('is unlike one with a wrong password', async () => {
    const { persons } = parts;
    const wrong = { persons: { ...persons, credentials: () => Promise.resolve({ ...ANNA, passwordHash: 'other' }) } };
    expect((await afterTen(wrong)).at(-1)).toBe('object');
  });
});

describe('whoever has signed in from an address', () => {
  it('waits before all strangers', async () => {
    const places: unknown[] = [];
    const passwords: SignInParts['passwords'] = {
      matches: (_, __, place) => {
        places.push(place);
        return Promise.resolve(true);
      },
    };
    const signIn = new SignIn({ ...parts, passwords, limits: new SignInLimits(() => Promise.resolve(false)) });
    await signIn.signIn({ name: 'anna', password: 'x' }, BROWSER);
    await signIn.signIn({ name: 'anna', password: 'x' }, BROWSER);
    expect(places).toEqual(['last', 'first']);
  });
});

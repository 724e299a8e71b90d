import { describe, expect, it } from '@jest/globals';
import { oneTimePassword, Passwords } from './passwords.js';

describe('passwords', () => {
  it('match their own hash, however they were typed, and no other', async () => {
    const passwords = new Passwords();
    const hashed = await passwords.hash('Crème brûlée');
    expect(hashed).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(await passwords.hash('Crème brûlée')).not.toBe(hashed);
    expect(await passwords.matches('Crème brûlée'.normalize('NFD'), hashed)).toBe(true);
    expect(await passwords.matches('Creme brulee', hashed)).toBe(false);
    expect(await passwords.matches('', hashed)).toBe(false);
  });

  it('of nobody never match', async () => {
    expect(await new Passwords().matches('anything', undefined)).toBe(false);
  });

  it('that are tried in a flood are not all worked on', async () => {
    const passwords = new Passwords();
    const hashed = await passwords.hash('x');
    const tries = await Promise.allSettled(Array.from({ length: 60 }, () => passwords.matches('y', hashed)));
    const refused = tries.filter(({ status }) => status === 'rejected');
    expect(refused).toHaveLength(60 - 33);
    expect(refused[0]).toMatchObject({ reason: { code: 'overloaded' } });
  });

  it('that are given out are long, and never the same', () => {
    const many = Array.from({ length: 500 }, oneTimePassword);
    expect(new Set(many).size).toBe(500);
    for (const one of many) expect(one).toMatch(/^([a-km-np-z2-9]{5}-){4}[a-km-np-z2-9]{5}$/);
  });
});

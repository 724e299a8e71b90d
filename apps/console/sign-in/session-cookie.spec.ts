import { describe, expect, it } from '@jest/globals';
import { COOKIE, cookieOf, newToken, tokenIn } from './session-cookie.js';

const TOKEN = newToken();

describe('the cookie of a session', () => {
  it('comes back as it was set', () => {
    const [pair] = cookieOf(TOKEN, 60_000).split(';');
    expect(tokenIn(pair)).toBe(TOKEN);
    expect(tokenIn(`theme=dark; ${pair ?? ''}; lang=de`)).toBe(TOKEN);
  });

  it.each([
    ['nothing', undefined],
    ['others', 'theme=dark'],
    ['one whose name only ends so', `x${COOKIE}=${TOKEN}`],
    ['a shorter one', `${COOKIE}=${TOKEN.slice(1)}`],
    ['one with other letters', `${COOKIE}=${TOKEN.slice(1)}%`],
    ['one in quotes', `${COOKIE}="${TOKEN}"`],
    ['two', `${COOKIE}=${TOKEN}; ${COOKIE}=${newToken()}`],
    ['the same twice', `${COOKIE}=${TOKEN}; ${COOKIE}=${TOKEN}`],
  ])('is none in %s', (_, header) => {
    expect(tokenIn(header)).toBeUndefined();
  });
});

import { describe, expect, it } from '@jest/globals';

import { queryFault } from './query-fault.js';

describe('a query', () => {
  it.each([
    '/a',
    '/a%ff',
    '/a?',
    '/a?b=c&d',
    '/a?b=%C3%A9+%F0%9F%8F%B0&%C3%A9=1',
    '/a?b=100%',
    '/a?b=%&c=%25',
    '/a?b=%EF%BF%BD',
  ])('that is read as it was meant is fine: %s', (url) => {
    expect(queryFault(url)).toBeUndefined();
  });

  it.each([
    ['/a?b=%E9', '/b'],
    ['/a?x=1&b=caf%E9%20au&c=%ff', '/b'],
    ['/a?b=%20100%', '/b'],
    ['/a?b=%ED%A0%80', '/b'],
    ['/a?%ff=1', '/%ff'],
    ['/a?a/b=%C3', '/a~1b'],
  ])('that would be stored otherwise than it was meant is refused: %s', (url, pointer) => {
    expect(queryFault(url)).toMatchObject({ code: 'invalid-request', extra: { errors: [{ pointer }] } });
  });
});

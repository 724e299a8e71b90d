import { describe, expect, it } from '@jest/globals';

import { readOrigin } from './read-origin.js';

describe('an origin', () => {
  it.each(['https://shop.example', 'http://127.0.0.1:3000', 'https://shop.example:8443'])('is %s', (text) => {
    expect(readOrigin(text)).toBe(text);
  });

  it.each([
    '*',
    '',
    'shop.example',
    'https://shop.example/',
    'https://shop.example:443',
    'file:///x',
    'https://a@b.example',
  ])('is not %j', (text) => {
    expect(readOrigin(text)).toBeUndefined();
  });
});

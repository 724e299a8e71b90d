import { describe, expect, it } from '@jest/globals';

import { readNetwork, readPorts } from './network-settings.js';

describe('a network', () => {
  it.each(['10.0.0.0/8', '127.0.0.1/32', '::/0', 'fd00::/8', '2001:db8::/128'])('may be %s', (text) => {
    expect(readNetwork(text)).toBe(text);
  });

  it.each(['', '10.0.0.0', '10.0.0/8', '10.0.0.0/33', '::/129', 'fe80::1%eth0/64', '0x7f.1/8', 'x/8', '10.0.0.0/-1'])(
    'is not %j',
    (text) => {
      expect(readNetwork(text)).toBeUndefined();
    },
  );
});

describe('ports', () => {
  it.each([
    ['8080', 8_080, 8_080],
    ['9000-9100', 9_000, 9_100],
    ['1 - 65535', 1, 65_535],
  ])('may be %s', (text, first, last) => {
    expect(readPorts(text)).toEqual({ first, last });
  });

  it.each(['', '0', '65536', '9100-9000', '80-', 'http', '-80'])('are not %j', (text) => {
    expect(readPorts(text)).toBeUndefined();
  });
});

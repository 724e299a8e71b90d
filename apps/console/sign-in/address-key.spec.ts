import { describe, expect, it } from '@jest/globals';
import { addressKey, addressOf, widerNetworks } from './address-key.js';

describe('what sign-ins from an address are counted under', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::ffff:c000:201', '192.0.2.1'],
    ['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::', '2001:db8:1:2::/64'],
    ['2001:db8::5', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['192.0.2.1:4711', '192.0.2.1'],
    ['[2001:db8:1:2::5]:4711', '2001:db8:1:2::/64'],
    ['no address', 'no address'],
  ])('%s is %s', (address, key) => {
    expect(addressKey(address)).toBe(key);
  });

  it('is counted for the networks around it too', () => {
    const networks = (address: string): string[] => widerNetworks(address).map(({ network }) => network);
    expect(networks('2001:db8:1:2ab::5')).toEqual(['2001:0db8:0001:0200::/56', '2001:0db8:0001::/48']);
    expect(networks('2001:db8:1:2ff:1::5')).toEqual(networks('2001:0db8:0001:02ab::'));
    expect(networks('192.0.2.1')).toEqual([]);
  });

  it('is told by the connection where a proxy says what is none', () => {
    expect(addressOf('192.0.2.1:4711', '10.0.0.1')).toBe('192.0.2.1:4711');
    expect(addressOf('unknown', '10.0.0.1')).toBe('10.0.0.1');
    expect(addressOf('unknown', undefined)).toBe('unknown');
  });
});

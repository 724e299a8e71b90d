import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { isPublic, isWithin, toNetwork } from './address.js';

const PUBLIC = [
  '8.8.8.8',
  '1.1.1.1',
  '172.15.255.255',
  '172.32.0.1',
  '100.63.255.255',
  '100.128.0.1',
  '2606:4700::1111',
  '2001:4860:4860::8888',
  '2a00:1450::1',
  '::ffff:8.8.8.8',
  '64:ff9b::808:808',
  '2002:808:808::1',
];

const NOT_PUBLIC = [
  ...['0.0.0.0', '0.1.2.3', '10.0.0.1', '100.64.0.1', '100.127.255.255', '127.0.0.1', '127.255.255.254'],
  ...['169.254.169.254', '172.16.0.1', '172.31.255.255', '192.0.0.1', '192.0.0.192', '192.0.2.1', '192.88.99.1'],
  ...['192.168.1.1', '198.18.0.1', '198.19.255.255', '198.51.100.7', '203.0.113.9', '224.0.0.1', '239.255.255.255'],
  ...['240.0.0.1', '255.255.255.255', '168.63.129.16', '100.100.100.200'],
  ...['::', '::1', '::7f00:1', '::127.0.0.1', '::ffff:127.0.0.1', '::ffff:a9fe:a9fe', '::ffff:0:127.0.0.1'],
  ...['64:ff9b::7f00:1', '64:ff9b::a9fe:a9fe', '64:ff9b:1::808:808', '2002:7f00:1::', '2002:a00:1::1', '100::1'],
  ...['2001:0:808:808::80ff:fffe', '2001:0:7f00:1::f7f7:f7f7', '2001::1', '2001:2::1', '2001:10::1', '2001:20::1'],
  ...['2001:db8::1', '3fff::1', 'fc00::1', 'fd12:3456::1', 'fe80::1', 'febf::1', 'fec0::1', 'ff02::1', '5f00::1'],
  ...['4000::1', '2606:4700::5efe:7f00:1', '2606:4700::200:5efe:a00:1'],
];

describe('an address', () => {
  it.each(PUBLIC)('like %s is public', (address) => {
    expect(isPublic(address)).toBe(true);
  });

  it.each(NOT_PUBLIC)('like %s is not', (address) => {
    expect(isPublic(address)).toBe(false);
  });

  it.each([
    '',
    'localhost',
    '8.8.8',
    '0x8.8.8.8',
    '010.8.8.8',
    '134744072',
    'fe80::1%eth0',
    '2606::1%1',
    '[::1]',
    '8.8.8.8 ',
  ])('in no usual form, like %j, is not', (text) => {
    expect(isPublic(text)).toBe(false);
    expect(isWithin(text, [toNetwork('0.0.0.0/0'), toNetwork('::/0')])).toBe(false);
  });

  const octets = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255));

  it('is as public as the IPv4 address within it', () => {
    fc.assert(
      fc.property(octets, (four) => {
        const plain = isPublic(four.join('.'));
        const [high, low] = [hexadecimal(four.slice(0, 2)), hexadecimal(four.slice(2))];
        const turned = hexadecimal(four.map((octet) => octet ^ 0xff).slice(0, 2));
        const turnedLow = hexadecimal(four.map((octet) => octet ^ 0xff).slice(2));
        for (const form of [
          `::ffff:${high}:${low}`,
          `::ffff:${four.join('.')}`,
          `64:ff9b::${high}:${low}`,
          `2002:${high}:${low}::1`,
          `2001:0:808:808:0:0:${turned}:${turnedLow}`,
          `2001:0:${high}:${low}:0:0:f7f7:f7f7`,
          `2606:4700::5efe:${high}:${low}`,
        ]) {
          expect([form, isPublic(form)]).toEqual([form, plain]);
        }
        expect(isPublic(`::${high}:${low}`)).toBe(false);
      }),
      { examples: NOT_PUBLIC.flatMap((text) => (/^\d+(\.\d+){3}$/.test(text) ? [[toOctets(text)]] : [])) },
    );
  });

  it('outside 2000::/3 is never public unless it stands for an IPv4 address', () => {
    const groups = fc.array(fc.nat(0xffff), { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(groups, (parts) => {
        const [first = 0] = parts;
        fc.pre(first >> 13 !== 1 && first !== 0 && first !== 0x64);
        expect(isPublic(parts.map((part) => part.toString(16)).join(':'))).toBe(false);
      }),
    );
  });
});

describe('a network', () => {
  it.each<[string, string, boolean]>([
    ['10.1.2.3', '10.0.0.0/8', true],
    ['11.1.2.3', '10.0.0.0/8', false],
    ['::ffff:10.1.2.3', '10.0.0.0/8', true],
    ['fd00::1', 'fd00::/8', true],
    ['fd00::1', '10.0.0.0/8', false],
    ['10.1.2.3', '::/0', false],
    ['2001:0:a00:1::f7f7:f7f7', '10.0.0.0/8', false],
  ])('has %s in it: %s, %s', (address, network, expected) => {
    expect(isWithin(address, [toNetwork(network)])).toBe(expected);
  });
});

const hexadecimal = (two: readonly number[]): string =>
  two.map((octet) => octet.toString(16).padStart(2, '0')).join('');

function toOctets(text: string): [number, number, number, number] {
  const [a = 0, b = 0, c = 0, d = 0] = text.split('.').map(Number);
  return [a, b, c, d];
}

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { allow, guardUrl, PUBLIC_ONLY, type Resolver, type UrlRefusal } from './url-guard.js';

const NAMES: Readonly<Record<string, readonly string[]>> = {
  'images.example': ['93.184.215.14', '2606:2800:21f:cb07::1'],
  'xn--bcher-kva.example': ['93.184.215.14'],
  'inside.example': ['10.1.2.3'],
  'half.example': ['93.184.215.14', '127.0.0.1'],
  'odd.example': ['0x7f.1'],
  'zone.example': ['fe80::1%eth0'],
  'many.example': Array.from({ length: 65 }, (_, index) => `93.184.215.${index}`),
  'empty.example': [],
  localhost: ['127.0.0.1', '::1'],
};

const resolve: Resolver = (hostname) => {
  const addresses = NAMES[hostname];
  return addresses === undefined ? Promise.reject(new Error('NXDOMAIN')) : Promise.resolve(addresses);
};

const atOnce = (): Promise<void> => Promise.resolve();

describe('the guard lets through', () => {
  it.each<[string, string, readonly string[]]>([
    ['http://images.example/a.jpg?size=1', 'images.example', NAMES['images.example'] ?? []],
    ['https://images.example', 'images.example', NAMES['images.example'] ?? []],
    ['https://images.example:443/', 'images.example', NAMES['images.example'] ?? []],
    ['http://images.example:443/', 'images.example', NAMES['images.example'] ?? []],
    ['http://IMAGES.example./', 'images.example', NAMES['images.example'] ?? []],
    ['http://bücher.example/', 'xn--bcher-kva.example', ['93.184.215.14']],
    ['http://93.184.215.14/', '93.184.215.14', ['93.184.215.14']],
    ['http://0x5db8d70e/', '93.184.215.14', ['93.184.215.14']],
    ['http://[2606:2800:21f:cb07::1]/', '2606:2800:21f:cb07::1', ['2606:2800:21f:cb07::1']],
  ])('%s', async (text, hostname, addresses) => {
    expect(await guardUrl(text, resolve)).toMatchObject({ kind: 'guarded', hostname, addresses });
  });
});

describe('the guard refuses', () => {
  it.each<[string, UrlRefusal]>([
    ['', 'malformed'],
    ['images.example/a.jpg', 'malformed'],
    [`http://images.example/${'a'.repeat(2_048)}`, 'malformed'],
    ['http://images..example/', 'malformed'],
    ['http://images.example../', 'malformed'],
    ['http://[fe80::1%25eth0]/', 'malformed'],
    ['http://[::1%eth0]/', 'malformed'],
    ['ftp://images.example/', 'scheme'],
    ['file:///etc/passwd', 'scheme'],
    ['data:image/png;base64,AA==', 'scheme'],
    ['gopher://127.0.0.1:6379/_x', 'scheme'],
    ['http://user:secret@images.example/', 'credentials'],
    ['http://user@images.example/', 'credentials'],
    ['http://images.example:8080/', 'port'],
    ['http://images.example:22/', 'port'],
    ['http://images.example:0/', 'port'],
    ['http://127.0.0.1/', 'address'],
    ['http://127.0.0.1./', 'address'],
    ['http://127.1/', 'address'],
    ['http://2130706433/', 'address'],
    ['http://0x7f000001/', 'address'],
    ['http://0177.0.0.1/', 'address'],
    ['http://0/', 'address'],
    ['http://①②⑦.⓪.⓪.①/', 'address'],
    ['http://%31%32%37.0.0.1/', 'address'],
    ['http://169.254.169.254/latest/meta-data/', 'address'],
    ['http://[::1]/', 'address'],
    ['http://[::ffff:127.0.0.1]/', 'address'],
    ['http://[::]/', 'address'],
    ['http://[64:ff9b::7f00:1]/', 'address'],
    ['http://localhost/', 'name'],
    ['http://LOCALHOST./', 'name'],
    ['http://inside.example/', 'name'],
    ['http://half.example/', 'name'],
    ['http://odd.example/', 'name'],
    ['http://zone.example/', 'name'],
    ['http://many.example/', 'name'],
    ['http://empty.example/', 'name'],
    ['http://nowhere.example/', 'name'],
  ])('%s as %s', async (text, why) => {
    expect(await guardUrl(text, resolve, PUBLIC_ONLY, atOnce)).toEqual({ kind: 'refused', why });
  });

  it('names inside as those that there are not, at the same times', async () => {
    const pauses: number[] = [];
    const pause = (ms: number): Promise<void> => {
      pauses.push(ms);
      return Promise.resolve();
    };
    const names = ['inside', 'half', 'many', 'empty', 'nowhere'];
    const refusals = await Promise.all(
      names.map((name) => guardUrl(`http://${name}.example/`, resolve, PUBLIC_ONLY, pause)),
    );
    expect(refusals).toEqual(names.map(() => ({ kind: 'refused', why: 'name' })));
    expect(pauses).toHaveLength(names.length);
    expect(pauses.every((ms) => ms > 0 && ms <= 250)).toBe(true);
  });

  it('every way to write an address of this machine', async () => {
    const octet = fc.nat(255);
    const addresses = fc.tuple(fc.constant(127), octet, octet, octet);
    const part = (value: number, base: number): string =>
      base === 16 ? `0x${value.toString(16)}` : base === 8 ? `0${value.toString(8)}` : String(value);
    const bases = fc.tuple(...Array.from({ length: 4 }, () => fc.constantFrom(8, 10, 16)));
    await fc.assert(
      fc.asyncProperty(
        addresses,
        bases,
        fc.integer({ min: 1, max: 4 }),
        fc.boolean(),
        async (four, base, count, dot) => {
          const last = four.slice(count - 1).reduce((sum, value) => sum * 256 + value, 0);
          const values = [...four.slice(0, count - 1), last];
          const host = values.map((value, index) => part(value, base[index] ?? 10)).join('.');
          const refused = await guardUrl(`http://${host}${dot ? '.' : ''}/`, resolve);
          expect(refused).toEqual({ kind: 'refused', why: 'address' });
        },
      ),
    );
  });
});

describe('what an installation allows', () => {
  const allowances = allow(['10.1.0.0/16', '127.0.0.0/8'], [{ first: 8_000, last: 9_000 }]);

  it.each(['http://inside.example/', 'http://10.1.255.1:8080/', 'http://127.0.0.1:9000/', 'http://half.example/'])(
    'is let through: %s',
    async (text) => {
      expect(await guardUrl(text, resolve, allowances)).toMatchObject({ kind: 'guarded' });
    },
  );

  it.each<[string, UrlRefusal]>([
    ['http://10.2.0.1/', 'address'],
    ['http://10.1.0.1:9001/', 'port'],
    ['http://images.example:8080/', 'port'],
    ['http://half.example:8080/', 'port'],
    ['http://[::1]/', 'address'],
  ])('is nothing else: %s', async (text, why) => {
    expect(await guardUrl(text, resolve, allowances, atOnce)).toEqual({ kind: 'refused', why });
  });

  it('is nothing by default', () => {
    expect(PUBLIC_ONLY).toEqual({ networks: [], ports: [] });
  });
});

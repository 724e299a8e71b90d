import { describe, expect, it } from '@jest/globals';

import { Problem } from '#contracts/problems.js';
import { PUBLIC_ONLY } from '#fetching/url-guard.js';

import { checkEndpointUrl } from './check-endpoint-url.js';

const NAMES = new Map([
  ['hooks.example', ['93.184.215.14']],
  ['inside.example', ['10.1.2.3']],
  ['half.example', ['93.184.215.14', '127.0.0.1']],
]);
const RULES = {
  resolve: (name: string) => Promise.resolve(NAMES.get(name) ?? []),
  allowances: PUBLIC_ONLY,
  httpAllowed: false,
};

async function problemOf(url: string): Promise<unknown> {
  return checkEndpointUrl(url, RULES).then(
    () => undefined,
    (error: unknown) => (error instanceof Problem ? { code: error.code, detail: error.detail, ...error.extra } : error),
  );
}

describe('the address of an endpoint', () => {
  it('may be any that everybody can reach', async () => {
    expect(await problemOf('https://hooks.example/a?b=c')).toBeUndefined();
  });

  it('inside is refused in the same words as one that there is not', async () => {
    const [inside, half, nowhere] = await Promise.all(
      ['inside', 'half', 'nowhere'].map((name) => problemOf(`https://${name}.example/`)),
    );
    expect(nowhere).toMatchObject({ code: 'invalid-request', errors: [{ pointer: '/url' }] });
    expect([inside, half]).toEqual([nowhere, nowhere]);
  });

  it('without TLS is refused for that', async () => {
    expect(await problemOf('http://hooks.example/')).toMatchObject({
      errors: [{ pointer: '/url', detail: 'must begin with https://' }],
    });
  });
});

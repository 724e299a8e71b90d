import { Problem } from '#contracts/problems.js';
import { guardUrl, type Allowances, type Resolver, type UrlRefusal } from '#fetching/url-guard.js';

/** What endpoints may be; each delivery checks it again. */
export interface EndpointRules {
  readonly resolve: Resolver;
  readonly allowances: Allowances;
  /** Whether endpoints may be without TLS. */
  readonly httpAllowed: boolean;
}

const UNREACHABLE = 'must be an address that anybody on the internet can reach';

/** No more than the caller knows: what a name led to, or whether it led anywhere, is not among it. */
const DETAILS: Readonly<Record<UrlRefusal, string>> = {
  malformed: 'must be an address like https://example.org/hooks',
  scheme: 'must begin with https://',
  credentials: 'must not hold credentials: the signature tells who sends',
  port: 'must be on the usual port',
  address: UNREACHABLE,
  name: UNREACHABLE,
};

/** @throws Problem `invalid-request` for an address that nothing would be delivered to */
export async function checkEndpointUrl(url: string, rules: EndpointRules): Promise<void> {
  const guarded = await guardUrl(url, rules.resolve, rules.allowances);
  const why = guarded.kind === 'refused' ? guarded.why : undefined;
  const isPlain = guarded.kind === 'guarded' && guarded.url.protocol === 'http:' && !rules.httpAllowed;
  const fault = isPlain ? 'scheme' : why;
  if (fault === undefined) return;
  const errors = [{ pointer: '/url', detail: DETAILS[fault] }];
  throw new Problem('invalid-request', 'Some fields are wrong; `errors` names each of them.', { errors });
}

import { Problem } from '#contracts/problems.js';

import { pointerTo } from '../refuse-unplain.js';

const ESCAPE = /%[0-9a-f]{2}/i;

/**
 * What is wrong with a query that has bytes that are no UTF-8, or escapes beside a percent sign that begins none: its parser would
 * leave such a field as it stands, and nothing is stored under a name that its client did not give.
 *
 * @param url path and query
 */
export function queryFault(url: string): Problem | undefined {
  const begin = url.indexOf('?');
  if (begin === -1) return undefined;
  const pairs = url.slice(begin + 1).split('&');
  const broken = pairs.find((pair) => ESCAPE.test(pair) && !isDecodable(pair));
  if (broken === undefined) return undefined;
  return new Problem('invalid-request', 'Some fields are wrong; `errors` names one of them.', {
    errors: [{ pointer: pointerTo('', broken.split('=', 1)[0] ?? ''), detail: 'must be UTF-8, percent-encoded' }],
  });
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

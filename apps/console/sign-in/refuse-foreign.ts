import { Problem } from '#contracts/problems.js';
import { CONSOLE_HEADER } from '#contracts/sign-in-answer.js';

import { headerOf, type WebRequest } from './web-request.js';

const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS'];
/** `none`: typed into the address bar. */
const OWN_SITES = ['same-origin', 'none'];
const JSON_TYPE = /^application\/json\s*(;|$)/i;

/** Whether a request may change something. */
export const isUnsafe = ({ method }: Pick<WebRequest, 'method'>): boolean => !SAFE_METHODS.includes(method);

/**
 * Refuses what another site may have made a browser send along with the cookie: three reasons, each enough by itself where
 * the browser keeps the rules. Fetch metadata, or the origin of browsers that send none; a header of our own, which no form
 * has and no script of another origin may add; and JSON, which no form sends.
 *
 * @throws Problem `cross-site`, `unsupported-media`
 */
export function refuseForeign(request: WebRequest): void {
  const site = headerOf(request, 'sec-fetch-site');
  const own = site === undefined ? !isForeignOrigin(request) : OWN_SITES.includes(site);
  if (!own) throw new Problem('cross-site', 'Another site sent this request.');
  if (headerOf(request, CONSOLE_HEADER) === undefined) {
    throw new Problem('cross-site', 'Send the header `X-Portcullis-Console: 1`.');
  }
  const type = headerOf(request, 'content-type');
  if (type !== undefined && !JSON_TYPE.test(type)) {
    throw new Problem('unsupported-media', 'Send JSON; other bodies are taken with an API key.');
  }
}

function isForeignOrigin(request: WebRequest): boolean {
  const origin = headerOf(request, 'origin');
  if (origin === undefined) return false;
  return !URL.canParse(origin) || new URL(origin).host !== headerOf(request, 'host');
}

import { Resolver as DnsResolver } from 'node:dns/promises';

import type { Resolver } from './url-guard.js';

const QUERY_MS_MAX = 2_000;
const TRIES = 2;
/** With every server of the machine silent. */
const TOTAL_MS_MAX = 5_000;

/**
 * Asks the machine's DNS servers for a name's IPv4 and IPv6 addresses. Not `getaddrinfo`: names that strangers write down
 * are answered as slowly as their servers like, and it would hold a thread of the pool that writes files meanwhile. The
 * hosts file is not read.
 */
export const dnsResolver = (): Resolver => async (hostname) => {
  const dns = new DnsResolver({ timeout: QUERY_MS_MAX, tries: TRIES });
  const limit = setTimeout(() => dns.cancel(), TOTAL_MS_MAX);
  const answers = await Promise.allSettled([dns.resolve4(hostname), dns.resolve6(hostname)]);
  clearTimeout(limit);
  return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
};

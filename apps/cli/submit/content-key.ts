import { createHash } from 'node:crypto';

import { chunksOf } from '#client/sources.js';
import type { SubmitFields } from '#client/submit.js';

import type { Sendable } from './source-of.js';

/**
 * The idempotency key of an image: the same for the same bytes or address and the same fields. Whoever runs a command again
 * because an answer was lost finds what was accepted, and makes no second asset of it.
 *
 * @param again a text that makes it another submission; empty: none
 * @throws what the source throws
 */
export async function contentKey(source: Sendable, fields: SubmitFields, again: string): Promise<string> {
  const { externalId = null, uploaderId = null, class: trafficClass = null, metadata = {} } = fields;
  const entries = Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1));
  const said = [again, externalId, uploaderId, trafficClass, entries, await nameOf(source)];
  return createHash('sha256').update(JSON.stringify(said)).digest('hex');
}

async function nameOf(source: Sendable): Promise<string> {
  if ('url' in source) return source.url;
  const hash = createHash('sha256');
  if (source instanceof Uint8Array) hash.update(source);
  else for await (const chunk of chunksOf(await source.open())) hash.update(chunk);
  return hash.digest('hex');
}

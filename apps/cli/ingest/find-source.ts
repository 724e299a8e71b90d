import { realpath } from 'node:fs/promises';

import type { IngestSource, SourceStore } from '#persistence/source-store.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * The source that people mean.
 *
 * @param text its id, its location, or a path to that
 * @throws Error in words where there is none, or more than one
 */
export async function findSource(
  text: string,
  sources: Pick<SourceStore, 'find' | 'atLocation'>,
): Promise<IngestSource> {
  const byId = UUID.test(text) ? await sources.find(text) : undefined;
  if (byId !== undefined) return byId;
  const found = [...(await sources.atLocation(text))];
  if (found.length === 0) {
    const path = await realpath(text).catch(() => undefined);
    if (path !== undefined) found.push(...(await sources.atLocation(path)));
  }
  const [source, ...more] = found;
  if (source === undefined) throw new Error(`nothing was ever taken from ${text}: \`portcullis ingest list\``);
  if (more.length === 0) return source;
  const choices = found.map(({ id, client }) => `${id} (${client})`).join(', ');
  throw new Error(`several clients take images from ${text}: name one of ${choices}`);
}

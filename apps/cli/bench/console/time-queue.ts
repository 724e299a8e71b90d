import type { Moderator } from './moderator.js';
import { timed } from './timed.js';

/** Milliseconds of each read, by what was read. */
export type QueueReads = Readonly<Record<string, readonly number[]>>;

const PAGES_BEFORE = 20;

/** Reads parts of the queue, a hundred cases with the counts of all, again and again. */
export async function timeQueue(who: Moderator, reads: number): Promise<QueueReads> {
  let cursor: string | null = null;
  for (let page = 0; page < PAGES_BEFORE; page += 1) {
    const { next }: { next: string | null } = await who.queue(cursor === null ? '' : `cursor=${cursor}`);
    cursor = next ?? cursor;
  }
  const queries = {
    'the first page': '',
    [`the page behind ${PAGES_BEFORE} others`]: cursor === null ? '' : `cursor=${cursor}`,
    'late blocks': 'transition=late_block',
    'one class of three': 'class=urgent',
    'one’s own': 'state=mine',
  };
  const all: Record<string, number[]> = {};
  for (let round = 0; round < reads; round += 1) {
    for (const [name, query] of Object.entries(queries)) (all[name] ??= []).push((await timed(who.queue(query))).ms);
  }
  return all;
}

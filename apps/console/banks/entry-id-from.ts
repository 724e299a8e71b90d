import { Problem } from '#contracts/problems.js';

/** Ids that a number holds exactly; an installation never has as many entries. */
const ENTRY_ID = /^[1-9]\d{0,14}$/;

/** An entry's id out of a path. @throws Problem `not-found` for what can be no entry's */
export function entryIdFrom(text: string): number {
  if (!ENTRY_ID.test(text)) throw noEntry();
  return Number(text);
}

export const noEntry = (): Problem => new Problem('not-found', 'This bank has no entry with this id.');

import { Problem } from '#contracts/problems.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** An id out of a path. @throws Problem `not-found` for what can be nobody's id */
export function idFrom(text: string): string {
  if (!UUID.test(text)) throw new Problem('not-found', 'There is nothing with this id.');
  return text.toLowerCase();
}

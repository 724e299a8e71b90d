import type { DeadLetterAnswer } from '#contracts/dead-letter-answer.js';

/** What became of a dead letter, in words. */
export function closingText({ closedHow, closedBy, note }: DeadLetterAnswer): string {
  if (closedHow === null) return 'open';
  const by = closedBy === null ? '' : ` by ${closedBy}`;
  return `${closedHow.replaceAll('_', ' ')}${by}${note === null ? '' : `: ${note}`}`;
}

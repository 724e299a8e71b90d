import Table from 'cli-table3';

import type { Explanation } from '#moderation/dead-letter.js';
import type { Closed, DeadLetter, DeadLetterDetail } from '#persistence/dead-letter-store.js';
import type { BytesPresence } from '#storage/asset-bytes.js';

/** A page of dead letters for people. */
export function deadLettersTable(letters: readonly DeadLetter[]): string {
  const table = new Table({
    head: ['id', 'asset', 'class', 'reason', 'tries', 'since', 'closed'],
    colAligns: ['right', 'left', 'left', 'left', 'right', 'left', 'left'],
    style: { head: [], border: [], compact: true },
  });
  for (const { id, assetId, class: trafficClass, reason, attempts, createdAt, closedHow, closedBy } of letters) {
    const closed = closedHow === null ? '' : `${closedHow} by ${closedBy ?? ''}`;
    table.push([id, assetId, trafficClass, reason, attempts, createdAt.toISOString(), closed]);
  }
  return `${table.toString()}\n`;
}

/** One dead letter for people: what happened, what was tried, what to do now, and the facts it rests on. */
export function describeDeadLetter(letter: DeadLetterDetail, said: Explanation, bytes: BytesPresence): string {
  const { asset, standing } = letter;
  const size = asset.width === null || asset.height === null ? '' : `, ${asset.width} × ${asset.height}`;
  const reasons = standing.reasons.map(({ code }) => code).join(', ');
  const facts: [string, string][] = [
    ['reason', `${letter.reason}: ${letter.detail}`],
    ['since', letter.createdAt.toISOString()],
    ['asset', `${letter.assetId} (${letter.class}), ${asset.mediaType}, ${asset.bytes} bytes${size}`],
    ['stored', bytes],
    ['standing', `${standing.verdict} by ${standing.source} (${reasons}), ${asset.served ? 'served' : 'not served'}`],
    ['case', letter.reviewId ?? 'none is open'],
  ];
  if (letter.closedHow !== null) facts.push(['closed', `${letter.closedHow} by ${letter.closedBy ?? ''}`]);
  if (letter.note !== null) facts.push(['note', letter.note]);
  const lines = facts.map(([name, value]) => `  ${name.padEnd(9)} ${value}\n`);
  return `Dead letter ${letter.id}\n${lines.join('')}${said.happened}\n${said.tried}\n${said.next}\n`;
}

/** What became of each letter that was to be closed. */
export function describeClosed(items: readonly Closed<string>[]): string {
  if (items.length === 0) return 'there is no such dead letter\n';
  return items.map(({ id, outcome }) => `${id} ${outcome.replaceAll('_', ' ')}\n`).join('');
}

import Table from 'cli-table3';

import type { ImportAnswer } from '#contracts/bank-answer.js';

import type { ListedBank } from './console-client.js';

/** All banks for people. */
export function banksTable(banks: readonly ListedBank[]): string {
  const table = new Table({
    head: ['bank', 'kind', 'entries', 'looks', 'disabled until'],
    colAligns: ['left', 'left', 'right', 'right', 'left'],
    style: { head: [], border: [], compact: true },
  });
  for (const { name, kind, entries, distanceMax, disabledUntil } of banks) {
    table.push([name, kind, entries, distanceMax === null ? 'no' : `${distanceMax} bits`, disabledUntil ?? '']);
  }
  return `${table.toString()}\n`;
}

/** What became of a list of hashes. */
export function describeImport({ added, known, faultCount, faults }: ImportAnswer): string {
  const head = `${added} added, ${known} known already, ${faultCount} lines that are no hash\n`;
  const lines = faults.map(({ line, detail }) => `  line ${line} ${detail}\n`);
  const more = faultCount > faults.length ? `  … and ${faultCount - faults.length} more\n` : '';
  return head + lines.join('') + more;
}

/** Whether a bank or an entry hits, after it was told so. @param disabledUntil RFC 3339; null when it was put back in */
export function describeDisabled(what: string, disabledUntil: string | null, nowMs: number): string {
  if (disabledUntil === null) return `${what} hits\n`;
  if (Date.parse(disabledUntil) <= nowMs) return `${what} hits: ${disabledUntil} is past, name a time to come\n`;
  return `${what} does not hit until ${disabledUntil}\n`;
}

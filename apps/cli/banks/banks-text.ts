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

import Table from 'cli-table3';

import type { Batch, BatchSummary } from '#client/batch-answers.js';

const STYLE = { head: [], border: [], compact: true };

/** Batches for people, as many as there are. */
export function batchesTable(batches: readonly BatchSummary[]): string {
  const table = new Table({
    head: ['batch', 'what', 'state', 'images', 'submitted', 'ended'],
    colAligns: ['left', 'left', 'left', 'right', 'left', 'left'],
    style: STYLE,
  });
  for (const { id, kind, state, total, createdAt, finishedAt } of batches) {
    table.push([id, kind === 'urls' ? 'addresses' : kind, state, total, createdAt, finishedAt ?? '']);
  }
  return `${table.toString()}\n`;
}

/** Where one stands and what came of it so far. */
export function batchText({ id, state, counts, report }: Batch): string {
  const { verdicts, transitions, failures, itemsPerSecond } = report;
  const said = (of: Readonly<Record<string, number | undefined>>): string =>
    Object.entries(of)
      .map(([name, count]) => `${count ?? 0} ${name}`)
      .join(', ');
  const rate = itemsPerSecond === null ? '' : `, ${itemsPerSecond} a second`;
  const lines = [
    `${id}: ${state}`,
    `  ${counts.accepted + counts.failed} of ${counts.total} done${rate}; ${counts.waiting} wait, ${counts.cancelled} given up`,
    `  ${counts.accepted} accepted${counts.accepted === 0 ? '' : `: ${said(verdicts)}; finals: ${said(transitions)}`}`,
    `  ${counts.failed} failed${counts.failed === 0 ? '' : `: ${said(failures)}`}`,
    ...(counts.failed === 0 ? [] : [`  portcullis batches errors ${id} > errors.jsonl`]),
  ];
  return `${lines.join('\n')}\n`;
}

import Table from 'cli-table3';

import type { AuditRowAnswer } from '#contracts/audit-answer.js';
import type { AuditReport } from '#persistence/audit-verify.js';

const DETAIL_CHARACTERS_MAX = 80;

/** What people did, for people. */
export function auditTable(rows: readonly AuditRowAnswer[]): string {
  const table = new Table({
    head: ['#', 'when', 'who', 'role', 'act', 'what', 'detail'],
    style: { head: [], border: [], compact: true },
  });
  for (const { number, at, actorKind, actor, role, act, subjectType, subjectId, detail } of rows) {
    const text = JSON.stringify(detail);
    table.push([
      number,
      at,
      actorKind === 'nobody' ? '(nobody)' : actor,
      role ?? '',
      act,
      `${subjectType} ${subjectId ?? ''}`.trim(),
      text.length > DETAIL_CHARACTERS_MAX ? `${text.slice(0, DETAIL_CHARACTERS_MAX)}…` : text,
    ]);
  }
  return `${table.toString()}\n`;
}

/** What a check of the audit found. */
export function describeAudit({ rows, head, faultCount, faults }: AuditReport): string {
  const lines = faults.map(({ number, fault }) => `  row ${number} ${fault}\n`);
  const more = faultCount > faults.length ? `  … and ${faultCount - faults.length} more\n` : '';
  return `${rows} audit rows, ${faultCount} faults; the head is ${head.number}:${head.hash}\n${lines.join('')}${more}`;
}

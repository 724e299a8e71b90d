import type { AuditRowAnswer } from '#contracts/audit-answer.js';
import type { AuditReport } from '#persistence/audit-verify.js';

import { fittedTable, terminalWidth } from '../table/fitted-table.js';

const DETAIL_CHARACTERS_MAX = 80;
/** Narrower terminals have a role below who had it, and what was done to below the act. */
const WIDE = 160;
const FOLDED = 8;

/** What people did, for people. @param width characters in a line of their terminal */
export function auditTable(rows: readonly AuditRowAnswer[], width: number = terminalWidth()): string {
  const isWide = width >= WIDE;
  const folding = (head: string) => ({ head, foldsTo: FOLDED });
  const columns = isWide
    ? [{ head: '#' }, { head: 'when' }, folding('who'), { head: 'role' }, { head: 'act' }, folding('what')]
    : [{ head: '#' }, { head: 'when' }, folding('who'), folding('act, what')];
  const cells = rows.map(({ number, at, actorKind, actor, role, act, subjectType, subjectId, detail }) => {
    const who = actorKind === 'nobody' ? '(nobody)' : actor;
    const what = `${subjectType} ${subjectId ?? ''}`.trim();
    const text = JSON.stringify(detail);
    const shown = text.length > DETAIL_CHARACTERS_MAX ? `${text.slice(0, DETAIL_CHARACTERS_MAX)}…` : text;
    if (isWide) return [String(number), at, who, role ?? '', act, what, shown];
    const [day = '', time = ''] = at.split('T');
    return [String(number), `${day}\n${time}`, role === null ? who : `${who}\n${role}`, `${act}\n${what}`, shown];
  });
  return fittedTable([...columns, folding('detail')], cells, width);
}

/** What a check of the audit found. */
export function describeAudit({ rows, head, faultCount, faults }: AuditReport): string {
  const lines = faults.map(({ number, fault }) => `  row ${number} ${fault}\n`);
  const more = faultCount > faults.length ? `  … and ${faultCount - faults.length} more\n` : '';
  return `${rows} audit rows, ${faultCount} faults; the head is ${head.number}:${head.hash}\n${lines.join('')}${more}`;
}

import { describe, expect, it } from '@jest/globals';

import type { AuditRowAnswer } from '#contracts/audit-answer.js';

import { lengthOf } from '../table/folded-text.js';
import { auditTable } from './audit-text.js';

const ID = '019e8f5e-7c1a-7e55-8a7e-2f0a6f0a3a11';
const ROW: AuditRowAnswer = {
  number: 12_345,
  at: '2026-06-01T12:00:04.113482Z',
  actorKind: 'person',
  actorId: ID,
  actor: 'somebody.with.a.long.name',
  role: 'moderator',
  act: 'review.decide',
  subjectType: 'review',
  subjectId: ID,
  requestId: null,
  detail: { before: { verdict: 'allow', state: 'open' }, after: { verdict: 'block', state: 'closed', note: 'clear' } },
  previous: '',
  hash: '',
};

const widestLine = (table: string): number => Math.max(...table.split('\n').map(lengthOf));

describe('what people did', () => {
  it.each([80, 100, 160, 200])('fits a terminal of %d characters', (width) => {
    const table = auditTable([ROW, { ...ROW, actorKind: 'nobody', role: null, subjectId: null }], width);
    expect(widestLine(table)).toBeLessThanOrEqual(width);
    for (const said of ['12345', '2026-06-01', '12:00:04.113482Z', 'moderator', 'review.decide', '(nobody)']) {
      expect(table).toContain(said);
    }
  });

  it('has a line for each act where the terminal is wide', () => {
    expect(auditTable([ROW], 300)).toMatch(new RegExp(`│ review\\.decide │ review ${ID} │ \\{"before".*… │`));
    expect(auditTable([ROW], 300).trim().split('\n')).toHaveLength(5);
  });
});

import { describe, expect, it } from '@jest/globals';

import type { PolicyDraftAnswer } from '#contracts/policy-answer.js';
import { STARTING_POLICY } from '#moderation/policy.js';

import { afterSaving, beginEdit, chosen, editedOf, textAt, typed, type DraftEdit } from './draft-edit.js';
import { valueAt } from './places.js';

const HEAVY = '/thresholds/sexual.explicit/heavy/blockFrom';
const RULE = '/transitions/late_block/sexual.explicit';
const DRAFT: PolicyDraftAnswer = {
  id: 'd',
  baseVersion: 1,
  document: STARTING_POLICY,
  note: 'why',
  author: 'chief',
  createdAt: '2026-01-01T00:00:00.000Z',
  savedAt: '2026-01-01T00:00:00.000Z',
  revision: 3,
};
const BEGUN = beginEdit(DRAFT);
const edited = (edit: DraftEdit) => editedOf(DRAFT, edit);

describe('an edit of a draft', () => {
  it('that touches nothing changes nothing', () => {
    expect(edited(BEGUN)).toEqual({ document: STARTING_POLICY, note: 'why', faults: [], isChanged: false });
  });

  it('puts numbers in as they are typed, and times in seconds', () => {
    const edit = typed(typed(BEGUN, HEAVY, '0.8'), '/finalWithinMs/urgent', '30');
    const { document, isChanged } = edited(edit);
    expect([valueAt(document, HEAVY), valueAt(document, '/finalWithinMs/urgent'), isChanged]).toEqual([
      0.8,
      30_000,
      true,
    ]);
    expect(textAt(STARTING_POLICY, BEGUN, '/finalWithinMs/urgent')).toBe('60');
    expect(textAt(STARTING_POLICY, edit, HEAVY)).toBe('0.8');
  });

  it('that comes back to where it was changes nothing', () => {
    expect(edited(typed(BEGUN, HEAVY, '0.70')).isChanged).toBe(false);
    expect(edited({ ...BEGUN, note: 'why' }).isChanged).toBe(false);
    expect(edited({ ...BEGUN, note: 'because' })).toMatchObject({ isChanged: true, note: 'because' });
  });

  it('begins anew with what was saved, and keeps what was typed while it was on its way', () => {
    const sent = typed(BEGUN, HEAVY, '0.8');
    const saved = { ...DRAFT, revision: 4, document: edited(sent).document };
    expect(afterSaving(sent, sent, saved)).toEqual(beginEdit(saved));
    const on = { ...typed(sent, '/finalWithinMs/urgent', '30'), note: 'more' };
    const later = afterSaving(on, sent, saved);
    expect([later.revision, editedOf(saved, later).isChanged]).toEqual([4, true]);
    expect(editedOf(saved, later)).toEqual(editedOf(saved, { ...on, revision: 4 }));
    expect(editedOf(saved, later).note).toBe('more');
    const back = afterSaving(typed(sent, HEAVY, '0.7'), sent, saved);
    expect([valueAt(editedOf(saved, back).document, HEAVY), editedOf(saved, back).isChanged]).toEqual([0.7, true]);
  });

  it.each(['', ' ', 'much', '1e999'])('with “%s” for a number is wrong at its place', (text) => {
    const { faults, isChanged } = edited(typed(BEGUN, HEAVY, text));
    expect([faults, isChanged]).toEqual([[{ pointer: `/document${HEAVY}`, detail: 'must be a number' }], true]);
  });

  it('keeps the margin of a rule only as long as the rule has one', () => {
    const close = chosen(BEGUN, RULE, { do: 'apply_unless_close', margin: 0.05 });
    const typing = typed(close, `${RULE}/margin`, '0.2');
    expect(valueAt(edited(typing).document, RULE)).toEqual({ do: 'apply_unless_close', margin: 0.2 });
    expect(textAt(STARTING_POLICY, close, `${RULE}/margin`)).toBe('0.05');
    const asked = chosen(typing, RULE, { do: 'ask' });
    expect(edited(asked)).toMatchObject({ faults: [], isChanged: true });
    expect(valueAt(edited(asked).document, RULE)).toEqual({ do: 'ask' });
    const wrong = edited(typed(close, `${RULE}/margin`, ''));
    expect(wrong.faults).toEqual([{ pointer: `/document${RULE}/margin`, detail: 'must be a number' }]);
  });
});

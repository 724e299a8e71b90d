import type { FieldFault } from '#contracts/problems.js';
import type { PolicyDraftAnswer } from '#contracts/policy-answer.js';
import type { PolicyDocument } from '#moderation/policy.js';
import type { PolicyValue } from '#moderation/policy-leaves.js';

import { isSame, kindOf, valueAt, withValue } from './places.js';

/** What somebody has made of a draft and not saved yet. */
export interface DraftEdit {
  /** The saving that they began with. */
  readonly revision: number;
  /** Undefined: as it was saved. */
  readonly note: string | undefined;
  /** What stands at places that were touched. */
  readonly values: Readonly<Record<string, PolicyValue>>;
  /** What was typed where a number belongs, as it was typed. */
  readonly texts: Readonly<Record<string, string>>;
}

/** What an edit comes to: a policy, or what is wrong at which place. */
export interface Edited {
  readonly document: PolicyDocument;
  readonly note: string;
  readonly faults: readonly FieldFault[];
  readonly isChanged: boolean;
}

const SECOND_MS = 1_000;

export const beginEdit = ({ revision }: Pick<PolicyDraftAnswer, 'revision'>): DraftEdit => ({
  revision,
  note: undefined,
  values: {},
  texts: {},
});

/** What is edited once something is saved: what was changed while it was on its way lies on top of it. */
export const afterSaving = (now: DraftEdit, sent: DraftEdit, saved: Pick<PolicyDraftAnswer, 'revision'>): DraftEdit =>
  now === sent ? beginEdit(saved) : { ...now, revision: saved.revision };

export const typed = (edit: DraftEdit, path: string, text: string): DraftEdit => ({
  ...edit,
  texts: { ...edit.texts, [path]: text },
});

export const chosen = (edit: DraftEdit, path: string, value: PolicyValue): DraftEdit => ({
  ...edit,
  values: { ...edit.values, [path]: value },
});

/** What stands in a field for a number. A margin is typed at its rule's path with `/margin` behind it. */
export function textAt(draft: PolicyDocument, edit: DraftEdit, path: string): string {
  const text = edit.texts[path];
  if (text !== undefined) return text;
  const number = numberIn(draft, edit, path);
  if (number === undefined) return '';
  return String(kindOf(path) === 'duration' ? number / SECOND_MS : number);
}

/** What stands at a place now. */
export const nowAt = (draft: PolicyDocument, edit: DraftEdit, path: string): PolicyValue | undefined =>
  edit.values[path] ?? valueAt(draft, path);

function numberIn(draft: PolicyDocument, edit: DraftEdit, path: string): number | undefined {
  if (!path.endsWith('/margin')) {
    const value = nowAt(draft, edit, path);
    return typeof value === 'number' ? value : undefined;
  }
  const rule = nowAt(draft, edit, path.slice(0, -'/margin'.length));
  return typeof rule === 'object' && rule.do === 'apply_unless_close' ? rule.margin : undefined;
}

/** Puts what was chosen and typed into the policy. */
export function editedOf(draft: PolicyDraftAnswer, edit: DraftEdit): Edited {
  let document = draft.document;
  const faults: FieldFault[] = [];
  for (const [path, value] of Object.entries(edit.values)) document = withValue(document, path, value);
  for (const [path, text] of Object.entries(edit.texts)) {
    const isMargin = path.endsWith('/margin');
    const place = isMargin ? path.slice(0, -'/margin'.length) : path;
    const rule = valueAt(document, place);
    // another rule was chosen since: it has no margin
    if (isMargin && !(typeof rule === 'object' && rule.do === 'apply_unless_close')) continue;
    const number = text.trim() === '' ? Number.NaN : Number(text);
    const value = kindOf(path) === 'duration' ? Math.round(number * SECOND_MS) : number;
    if (!Number.isFinite(value)) faults.push({ pointer: `/document${path}`, detail: 'must be a number' });
    else document = withValue(document, place, isMargin ? { do: 'apply_unless_close', margin: value } : value);
  }
  const touched = [...Object.keys(edit.values), ...Object.keys(edit.texts)].map((path) =>
    path.replace(/\/margin$/, ''),
  );
  const isOther = touched.some((path) => !isSame(valueAt(document, path), valueAt(draft.document, path)));
  const note = edit.note ?? draft.note;
  return { document, note, faults, isChanged: isOther || faults.length > 0 || note !== draft.note };
}

import { useId, type ReactNode } from 'react';

import type { FieldFault } from '#contracts/problems.js';
import type { PolicyDocument } from '#moderation/policy.js';
import type { PolicyValue } from '#moderation/policy-leaves.js';

import { chosen, nowAt, textAt, typed, type DraftEdit } from './draft-edit.js';
import { durationText, RULE_NAMES, valueText } from './place-words.js';
import { isSame, kindOf, valueAt } from './places.js';

export interface FieldProps {
  /** As it was saved last. */
  readonly document: PolicyDocument;
  readonly edit: DraftEdit;
  readonly change: (edit: DraftEdit) => void;
  readonly faults: readonly FieldFault[];
  readonly path: string;
  /** What screen readers call it. */
  readonly name: string;
}

const STEPS = { score: 0.01, duration: 1 } as const;
const MARGIN_DEFAULT = 0.05;

/** A number: a score, or seconds. */
export function NumberField({ document, edit, change, faults, path, name }: FieldProps): ReactNode {
  const faultId = useId();
  const fault = faultAt(faults, path);
  const isDuration = kindOf(path) === 'duration';
  const text = textAt(document, edit, path);
  const was = valueAt(document, path);
  const isChanged = edit.texts[path] !== undefined && typeof was === 'number' && Number(text) !== shown(path, was);
  return (
    <>
      <input
        className={`input number ${isChanged ? 'is-changed' : ''}`}
        type="number"
        inputMode="decimal"
        min={0}
        max={isDuration ? undefined : 1}
        step={isDuration ? STEPS.duration : STEPS.score}
        aria-label={name}
        aria-invalid={fault === undefined ? undefined : true}
        aria-describedby={fault === undefined ? undefined : faultId}
        value={text}
        onChange={({ target }) => change(typed(edit, path, target.value))}
      />
      {isDuration && text !== '' ? (
        <span className="soft small"> {durationText(Math.max(0, Number(text) * 1_000))}</span>
      ) : null}
      {isChanged ? <span className="was">was {valueText(path, was)}</span> : null}
      {fault === undefined ? null : (
        <span id={faultId} className="field-fault">
          {fault}
        </span>
      )}
    </>
  );
}

const shown = (path: string, value: number): number => (kindOf(path) === 'duration' ? value / 1_000 : value);

interface ChoiceProps extends FieldProps {
  readonly choices: Readonly<Record<string, string>>;
}

/** One of a few words, or yes and no. */
export function ChoiceField({ document, edit, change, path, name, choices }: ChoiceProps): ReactNode {
  const value = nowAt(document, edit, path);
  const was = valueAt(document, path);
  return (
    <>
      <select
        className={`input ${isSame(value, was) ? '' : 'is-changed'}`}
        aria-label={name}
        value={typeof value === 'object' ? value.do : String(value)}
        onChange={({ target }) => {
          const next = asValue(target.value);
          if (next !== undefined) change(chosen(edit, path, next));
        }}
      >
        {Object.entries(choices).map(([key, text]) => (
          <option key={key} value={key}>
            {text}
          </option>
        ))}
      </select>
      {was === undefined || isSame(value, was) ? null : (
        <span className="was">was {valueText(path, was).toLowerCase()}</span>
      )}
    </>
  );
}

function asValue(text: string): PolicyValue | undefined {
  if (text === 'true' || text === 'false') return text === 'true';
  return (['allow', 'block', 'provisional_stands'] as const).find((word) => word === text);
}

/** What a transition does, with its margin where it has one. */
export function RuleField(props: FieldProps): ReactNode {
  const { document, edit, change, path, name } = props;
  const value = nowAt(document, edit, path);
  const rule = typeof value === 'object' ? value : ({ do: 'apply' } as const);
  const names = Object.entries(RULE_NAMES);
  return (
    <span className="rule-field">
      <select
        className={`input ${isSame(rule, valueAt(document, path)) ? '' : 'is-changed'}`}
        aria-label={name}
        value={rule.do}
        onChange={({ target }) => change(chosen(edit, path, ruleOf(target.value)))}
      >
        {names.map(([key, text]) => (
          <option key={key} value={key}>
            {text}
          </option>
        ))}
      </select>
      {rule.do === 'apply_unless_close' ? (
        <label className="inline-field">
          <span>within</span>
          <NumberField {...props} path={`${path}/margin`} name={`${name}, how close`} />
        </label>
      ) : null}
    </span>
  );
}

function ruleOf(text: string): PolicyValue {
  if (text === 'apply_unless_close') return { do: 'apply_unless_close', margin: MARGIN_DEFAULT };
  return { do: text === 'ask' ? 'ask' : 'apply' };
}

const faultAt = (faults: readonly FieldFault[], path: string): string | undefined =>
  faults.find(({ pointer }) => pointer === `/document${path}`)?.detail;

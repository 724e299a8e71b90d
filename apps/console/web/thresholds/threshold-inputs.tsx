import { useEffect, useState, type ReactNode } from 'react';

import type { Thresholds } from '#moderation/policy.js';

import { scoreOf, scoreText } from './numbers.js';

export type Edge = keyof Thresholds;

/** What is wrong with each of the two; undefined: nothing. */
export type EdgeFaults = Readonly<Record<Edge, string | undefined>>;

const NAMES: Readonly<Record<Edge, string>> = { clearBelow: 'Allow below', blockFrom: 'Block from' };
const EDGES = ['clearBelow', 'blockFrom'] as const;

/** What was typed, and the thresholds that it was typed over, or came to. */
interface Typed {
  readonly texts: Partial<Record<Edge, string>>;
  readonly value: Thresholds;
}

interface InputsProps {
  readonly value: Thresholds;
  readonly set: (value: Thresholds) => void;
  readonly isReadOnly: boolean;
  /** What the service finds wrong. */
  readonly faults: EdgeFaults;
  /** Told whether what stands in the fields is no pair of thresholds; always the same function. */
  readonly tellWrong: (isWrong: boolean) => void;
  /** What stands between the two. */
  readonly children: ReactNode;
}

/** The two thresholds as numbers. What makes no sense is said, and changes nothing. */
export function ThresholdInputs({ value, set, isReadOnly, faults, tellWrong, children }: InputsProps): ReactNode {
  // what somebody types, until a handle moves
  const [typed, setTyped] = useState<Typed>({ texts: {}, value });
  const isTyped = typed.value.clearBelow === value.clearBelow && typed.value.blockFrom === value.blockFrom;
  const textOf = (edge: Edge): string => (isTyped ? typed.texts[edge] : undefined) ?? scoreText(value[edge]);
  const texts = { clearBelow: textOf('clearBelow'), blockFrom: textOf('blockFrom') };
  const own = faultsOf(texts);
  const isWrong = hasFault(own);
  useEffect(() => {
    tellWrong(isWrong);
    return () => tellWrong(false);
  }, [isWrong, tellWrong]);
  const type = (edge: Edge, text: string): void => {
    const next = { ...texts, [edge]: text };
    const isPair = !hasFault(faultsOf(next));
    const pair = isPair ? { clearBelow: scoreOf(next.clearBelow), blockFrom: scoreOf(next.blockFrom) } : value;
    setTyped({ texts: next, value: pair });
    if (isPair) set(pair);
  };
  const leave = (): void => {
    if (!isWrong) setTyped({ texts: {}, value });
  };
  const [first, second] = EDGES.map((edge) => (
    <EdgeInput
      key={edge}
      edge={edge}
      text={texts[edge]}
      fault={own[edge] ?? faults[edge]}
      isReadOnly={isReadOnly}
      type={(text) => type(edge, text)}
      leave={leave}
    />
  ));
  return (
    <div className="tune-edges">
      {first}
      {children}
      {second}
    </div>
  );
}

interface EdgeInputProps {
  readonly edge: Edge;
  readonly text: string;
  readonly fault: string | undefined;
  readonly isReadOnly: boolean;
  readonly type: (text: string) => void;
  readonly leave: () => void;
}

function EdgeInput({ edge, text, fault, isReadOnly, type, leave }: EdgeInputProps): ReactNode {
  return (
    <div className={`field tune-edge ${edge === 'clearBelow' ? 'clear' : 'block'}`}>
      <label htmlFor={`edge-${edge}`}>{NAMES[edge]}</label>
      <input
        id={`edge-${edge}`}
        className="input"
        inputMode="decimal"
        autoComplete="off"
        spellCheck={false}
        maxLength={12}
        value={text}
        readOnly={isReadOnly}
        aria-invalid={fault === undefined ? undefined : true}
        aria-describedby={fault === undefined ? undefined : `edge-${edge}-fault`}
        onChange={(event) => type(event.target.value)}
        onBlur={leave}
      />
      {fault === undefined ? null : (
        <p id={`edge-${edge}-fault`} className="field-fault small" role="alert">
          {fault}
        </p>
      )}
    </div>
  );
}

const hasFault = (faults: EdgeFaults): boolean => EDGES.some((edge) => faults[edge] !== undefined);

/** What is wrong with what was typed. */
function faultsOf(texts: Readonly<Record<Edge, string>>): EdgeFaults {
  const [clear, block] = [scoreOf(texts.clearBelow), scoreOf(texts.blockFrom)];
  const ofScore = (score: number): string | undefined =>
    score >= 0 && score <= 1 ? undefined : 'Must be a number from 0 to 1.';
  const [clearBelow, blockFrom] = [ofScore(clear), ofScore(block)];
  const crosses = clearBelow === undefined && blockFrom === undefined && clear > block;
  return {
    clearBelow: crosses ? `Must not be above “${NAMES.blockFrom}”, ${texts.blockFrom}.` : clearBelow,
    blockFrom,
  };
}

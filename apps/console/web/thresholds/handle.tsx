import { useRef, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react';

import { scoreText } from './numbers.js';
import { edgeAt, edgeBeside, partOf } from './scale.js';

const COARSE = 10;
/** How many edges each key moves it by. */
const KEYS: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowDown: -1,
  ArrowRight: 1,
  ArrowUp: 1,
  PageDown: -COARSE,
  PageUp: COARSE,
};

interface HandleProps {
  readonly kind: 'clear' | 'block';
  /** What it is, and what of. */
  readonly name: string;
  /** What it does where it stands. */
  readonly meaning: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly edges: readonly number[];
  readonly isReadOnly: boolean;
  readonly set: (value: number) => void;
}

/** A threshold on the histogram: moved by pointer, touch and keys, from edge to edge and never beyond the other one. */
export function Handle(props: HandleProps): ReactNode {
  const { kind, name, meaning, value, min, max, edges, isReadOnly, set } = props;
  const grabbedAt = useRef<number | undefined>(undefined);
  const move = (to: number): void => {
    const next = Math.min(max, Math.max(min, to));
    if (next !== value && !isReadOnly) set(next);
  };
  const grab = (event: PointerEvent<HTMLDivElement>): void => {
    if (event.button !== 0 || isReadOnly) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    grabbedAt.current = partAt(event) - partOf(value);
  };
  const drag = (event: PointerEvent<HTMLDivElement>): void => {
    if (grabbedAt.current !== undefined) move(edgeAt(edges, partAt(event) - grabbedAt.current));
  };
  const drop = (): void => {
    grabbedAt.current = undefined;
  };
  return (
    <div
      className={`tune-handle ${kind}`}
      style={{ left: `${partOf(value) * 100}%` }}
      role="slider"
      tabIndex={0}
      aria-label={name}
      aria-valuemin={min}
      aria-valuemax={max}
      aria-valuenow={value}
      aria-valuetext={`${scoreText(value)}: ${meaning}`}
      aria-readonly={isReadOnly || undefined}
      onPointerDown={grab}
      onPointerMove={drag}
      onPointerUp={drop}
      onPointerCancel={drop}
      onKeyDown={(event) => {
        const to = keyedTo(event, { value, min, max, edges });
        if (to === undefined) return;
        event.preventDefault();
        move(to);
      }}
    >
      <span className="tune-handle-grip" aria-hidden="true" />
    </div>
  );
}

/** Where a key leads; undefined: nowhere. */
function keyedTo(
  { key, shiftKey, ctrlKey, altKey, metaKey }: KeyboardEvent,
  { value, min, max, edges }: Pick<HandleProps, 'value' | 'min' | 'max' | 'edges'>,
): number | undefined {
  if (ctrlKey || altKey || metaKey) return undefined;
  if (key === 'Home') return min;
  if (key === 'End') return max;
  const by = KEYS[key];
  return by === undefined ? undefined : edgeBeside(edges, value, shiftKey && Math.abs(by) === 1 ? by * COARSE : by);
}

/** How far along the plot a pointer is, 0..1 within it. */
function partAt({ clientX, currentTarget }: PointerEvent<HTMLDivElement>): number {
  const plot = currentTarget.parentElement?.getBoundingClientRect();
  return plot === undefined || plot.width === 0 ? 0 : (clientX - plot.left) / plot.width;
}

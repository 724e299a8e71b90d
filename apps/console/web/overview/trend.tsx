import { useId, type ReactNode } from 'react';

import { drawBars, drawLine, highest, inASentence, totalOf, type Bar } from './chart.js';
import { inTime, asText, whole } from './numbers.js';
import { useStepTimes } from './window.js';

interface BarsProps {
  /** What is counted. */
  readonly name: string;
  /** Of each part: the numbers of all steps. */
  readonly parts: readonly (readonly number[])[];
  /** Which colours: `one` for a single part. */
  readonly tones?: readonly string[];
}

/** How many in each step of the window, as bars; the last one goes on. */
export function Bars({ name, parts, tones = ['one'] }: BarsProps): ReactNode {
  const length = Math.max(0, ...parts.map((part) => part.length));
  const bars: Bar[] = Array.from({ length }, (_, step) => ({ parts: parts.map((part) => part[step] ?? 0) }));
  const totals = bars.map(totalOf);
  const { nameOf, stepText } = useStepTimes();
  if (highest(bars) === 0) return <Nothing name={name} />;
  const text = inASentence(`${name}, by ${stepText}`, totals, whole);
  return (
    <Frame text={text} most={whole(highest(bars))}>
      {drawBars(bars).map(({ part, ...place }, index) => (
        <rect key={index} className={`bar ${tones[part] ?? ''}`} {...place} />
      ))}
      {totals.map((total, step) => (
        <rect key={step} className="bar-hit" x={(step * 100) / length} y={0} width={100 / length} height={100}>
          <title>{`${nameOf(step)}: ${whole(total)}`}</title>
        </rect>
      ))}
    </Frame>
  );
}

interface LineProps {
  readonly name: string;
  /** Milliseconds. */
  readonly points: readonly (number | null)[];
  /** What they should stay below, in milliseconds. */
  readonly limitMs?: number | undefined;
}

/** Durations in each step of the window, as a line, with the one that is promised. */
export function Line({ name, points, limitMs }: LineProps): ReactNode {
  const most = Math.max(limitMs ?? 0, ...points.map((point) => point ?? 0)) * 1.1 || 1;
  const { nameOf, stepText } = useStepTimes();
  const tell = (ms: number): string => asText(inTime(ms));
  const length = points.length;
  if (points.every((point) => point === null)) return <Nothing name={name} />;
  return (
    <Frame text={inASentence(`${name}, by ${stepText}`, points, tell)} most={tell(most)}>
      {limitMs === undefined ? null : (
        <line className="limit" x1={0} x2={100} y1={100 - (limitMs / most) * 100} y2={100 - (limitMs / most) * 100} />
      )}
      <path className="line" d={drawLine(points, most)} />
      {points.map((point, step) => (
        <rect key={step} className="bar-hit" x={(step * 100) / length} y={0} width={100 / length} height={100}>
          <title>{`${nameOf(step)}: ${point === null ? 'none' : tell(point)}`}</title>
        </rect>
      ))}
    </Frame>
  );
}

/** A chart of nothing shows nothing. */
const Nothing = ({ name }: { readonly name: string }): ReactNode => (
  <p className="trend-nothing soft small">{name}: none in this window.</p>
);

interface FrameProps {
  readonly text: string;
  readonly most: string;
  readonly children: ReactNode;
}

function Frame({ text, most, children }: FrameProps): ReactNode {
  const id = useId();
  const { ends } = useStepTimes();
  const [from, until] = ends;
  return (
    <figure className="trend" aria-labelledby={id}>
      <figcaption id={id} className="unseen">
        {text}
      </figcaption>
      <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
        {children}
      </svg>
      <div className="trend-axis" aria-hidden="true">
        <span>{from}</span>
        <span className="trend-most">max {most}</span>
        <span>{until}</span>
      </div>
    </figure>
  );
}

/** One step of a chart. */
export interface Bar {
  /** Parts of a whole, from below. */
  readonly parts: readonly number[];
}

/** A drawn rectangle, in parts of a hundred of the chart's width and height. */
export interface Drawn {
  readonly part: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const GAP = 0.18;
/** What is not nothing can be seen. */
const LEAST = 1.5;

/** Stacked bars side by side, the highest one as high as the chart. */
export function drawBars(bars: readonly Bar[], most = highest(bars)): Drawn[] {
  const width = 100 / Math.max(1, bars.length);
  return bars.flatMap(({ parts }, index) => {
    let below = 0;
    return parts.flatMap((count, part) => {
      if (count <= 0 || most <= 0) return [];
      const height = Math.max(LEAST, (count / most) * 100);
      below += height;
      return [{ part, x: (index + GAP / 2) * width, y: 100 - below, width: width * (1 - GAP), height }];
    });
  });
}

export const highest = (bars: readonly Bar[]): number => Math.max(0, ...bars.map(totalOf));

export const totalOf = ({ parts }: Bar): number => parts.reduce((sum, part) => sum + part, 0);

/** A path through the points that are known, broken where one is not. */
export function drawLine(points: readonly (number | null)[], most: number): string {
  const step = 100 / Math.max(1, points.length);
  let isOpen = false;
  return points
    .map((point, index) => {
      if (point === null) {
        isOpen = false;
        return '';
      }
      const at = `${((index + 0.5) * step).toFixed(2)} ${(100 - (point / most) * 100).toFixed(2)}`;
      const text = isOpen ? `L${at}` : `M${at}h0.01`;
      isOpen = true;
      return text;
    })
    .join('');
}

/** What a chart shows, in a sentence. */
export function inASentence(name: string, points: readonly (number | null)[], tell: (value: number) => string): string {
  const known = points.flatMap((point) => (point === null ? [] : [point]));
  const last = known.at(-1);
  if (last === undefined) return `${name}: nothing in this window.`;
  return `${name}: at least ${tell(Math.min(...known))}, at most ${tell(Math.max(...known))}, lately ${tell(last)}.`;
}

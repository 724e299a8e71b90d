import { linearScale, logScale, type Scale } from './scale.js';

/** One line. Points that are no numbers are left out, and on a logarithmic axis those that are not above 0. */
export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  readonly axis: 'left' | 'right';
}

/** Lines over one x axis and one or two y axes. */
export interface LinePlot {
  readonly title: string;
  readonly xLabel: string;
  readonly left: { readonly label: string; readonly scale: 'linear' | 'log' };
  /** Linear. */
  readonly right?: { readonly label: string };
  readonly series: readonly Series[];
  /** Values worth a line across: a limit on the left axis, a place on the x axis. */
  readonly limit?: { readonly y: number; readonly label: string };
  readonly place?: { readonly x: number; readonly label: string };
}

const SIZE = { width: 860, height: 440 };
const FRAME = { left: 70, right: 790, top: 66, bottom: 380 };
const LEGEND_STEP = 150;
/** Okabe and Ito's colours, which people who see few colours can tell apart; every second line is dashed, too. */
const STYLE = `
    svg { color-scheme: light dark; }
    .paper { fill: #fff; } text { fill: #1c2536; } .faint { fill: #4b5871; }
    .grid { stroke: #dde3ec; } .axis { stroke: #41506b; } .mark { stroke: #b3261e; stroke-dasharray: 3 4; }
    .line { fill: none; stroke-width: 2.2; stroke-linejoin: round; }
    .c0 { stroke: #0072b2; } .c1 { stroke: #b8860b; } .c2 { stroke: #c2410c; } .c3 { stroke: #00805f; } .c4 { stroke: #9b4f86; }
    .d1, .d3 { stroke-dasharray: 7 4; }
    @media (prefers-color-scheme: dark) {
      .paper { fill: #161b24; } text { fill: #e8edf5; } .faint { fill: #a9b5c8; }
      .grid { stroke: #2b3442; } .axis { stroke: #8b98ad; } .mark { stroke: #ff8a80; }
      .c0 { stroke: #56b4e9; } .c1 { stroke: #f0c23b; } .c2 { stroke: #ff8f5a; } .c3 { stroke: #2fd0a5; } .c4 { stroke: #e29bcb; }
    }`;

/** Draws a plot as an SVG document of its own, legible on light and dark pages. @throws RangeError of no points */
export function drawLinePlot(plot: LinePlot): string {
  const series = plot.series.map((line) => ({ ...line, points: line.points.filter(isDrawable(plot, line)) }));
  const points = series.flatMap((line) => line.points);
  if (points.length === 0) throw new RangeError('there is nothing to plot');
  const valuesOn = (axis: Series['axis']): number[] =>
    series.filter((line) => line.axis === axis).flatMap((line) => line.points.map(([, y]) => y));
  const leftValues = [...valuesOn('left'), ...(plot.limit === undefined ? [] : [plot.limit.y])];
  const x = linearScale(points.map(([value]) => value));
  const left = plot.left.scale === 'log' ? logScale(leftValues.length > 0 ? leftValues : [1]) : linearScale(leftValues);
  const right = linearScale(valuesOn('right'));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIZE.width} ${SIZE.height}" font-family="system-ui, sans-serif" font-size="13" role="img">`,
    `  <title>${escape(plot.title)}</title>`,
    `  <style>${STYLE}\n  </style>`,
    `  <rect class="paper" width="${SIZE.width}" height="${SIZE.height}"/>`,
    `  <text x="${FRAME.left}" y="24" font-size="15" font-weight="600">${escape(plot.title)}</text>`,
    ...series.map(({ name }, index) => legendEntry(name, index)),
    ...axisLines(plot, x, left, right),
    ...markLines(plot, x, left),
    ...series.map(({ points: own, axis }, index) => lineOf(own, index, x, axis === 'left' ? left : right)),
    '</svg>\n',
  ].join('\n');
}

const isDrawable =
  ({ left }: LinePlot, { axis }: Series) =>
  ([x, y]: readonly [number, number]): boolean =>
    Number.isFinite(x) && Number.isFinite(y) && (axis === 'right' || left.scale === 'linear' || y > 0);

function legendEntry(name: string, index: number): string {
  const from = FRAME.left + index * LEGEND_STEP;
  return (
    `  <path class="${lineClass(index)}" d="M${from} 46h24"/>` +
    `<text class="faint" x="${from + 30}" y="50">${escape(name)}</text>`
  );
}

function axisLines(plot: LinePlot, x: Scale, left: Scale, right: Scale): string[] {
  const { left: near, right: far, top, bottom } = FRAME;
  const middle = (top + bottom) / 2;
  const rows = left.ticks.map((tick) => {
    const y = yOf(left, tick);
    return `  <path class="grid" d="M${near} ${y}H${far}"/><text x="${near - 8}" y="${y + 4}" text-anchor="end">${tick}</text>`;
  });
  const columns = x.ticks.map(
    (tick) => `  <text x="${xOf(x, tick)}" y="${bottom + 20}" text-anchor="middle">${tick}</text>`,
  );
  const rightTicks = right.ticks.map((tick) => `  <text x="${far + 8}" y="${yOf(right, tick) + 4}">${tick}</text>`);
  const sideways = (at: number, label: string): string =>
    `  <text class="faint" transform="translate(${at} ${middle}) rotate(-90)" text-anchor="middle">${escape(label)}</text>`;
  return [
    ...rows,
    ...columns,
    `  <path class="axis" fill="none" d="M${near} ${top}V${bottom}H${far}"/>`,
    `  <text class="faint" x="${(near + far) / 2}" y="${bottom + 44}" text-anchor="middle">${escape(plot.xLabel)}</text>`,
    sideways(18, plot.left.label),
    ...(plot.right === undefined ? [] : [...rightTicks, sideways(SIZE.width - 10, plot.right.label)]),
  ];
}

function markLines({ limit, place }: LinePlot, x: Scale, left: Scale): string[] {
  const lines: string[] = [];
  if (limit !== undefined) {
    const y = yOf(left, limit.y);
    lines.push(`  <path class="mark" d="M${FRAME.left} ${y}H${FRAME.right}"/>`);
    lines.push(`  <text class="faint" x="${FRAME.left + 6}" y="${y - 5}">${escape(limit.label)}</text>`);
  }
  if (place !== undefined) {
    const at = xOf(x, place.x);
    lines.push(`  <path class="mark" d="M${at} ${FRAME.top}V${FRAME.bottom}"/>`);
    lines.push(`  <text class="faint" x="${at + 5}" y="${FRAME.bottom - 8}">${escape(place.label)}</text>`);
  }
  return lines;
}

function lineOf(points: Series['points'], index: number, x: Scale, y: Scale): string {
  const path = [...points]
    .sort(([a], [b]) => a - b)
    .map(([valueX, valueY], at) => `${at === 0 ? 'M' : 'L'}${xOf(x, valueX)} ${yOf(y, valueY)}`);
  return `  <path class="${lineClass(index)}" d="${path.join('')}"/>`;
}

const lineClass = (index: number): string => `line c${index % 5} d${index % 5}`;

const xOf = (scale: Scale, value: number): number => tenth(FRAME.left + scale.at(value) * (FRAME.right - FRAME.left));

const yOf = (scale: Scale, value: number): number => tenth(FRAME.bottom - scale.at(value) * (FRAME.bottom - FRAME.top));

const tenth = (value: number): number => Math.round(value * 10) / 10;

const escape = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');

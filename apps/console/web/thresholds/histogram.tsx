import { useEffect, useEffectEvent, useRef, useState, type ReactNode } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

import { usePersonal } from '../personal/personal.js';
import type { Bar } from './counts.js';
import { dotted, drawBars, hatched, heightOf, type Paints } from './draw-bars.js';
import { counted } from './numbers.js';
import { REACH, toScale } from './scale.js';

/** As the stylesheet has the overlay of the handles: what is around the plot, in CSS pixels. */
const AROUND = { top: 34, right: 14, bottom: 52, left: 62 };
const AXIS_NAME = 18;
const HEIGHT = 308;
const SCORES = [0.0001, 0.001, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999, 0.9999];
const COUNTS = [0, 1, 10, 100, 1_000, 10_000, 100_000];

interface HistogramProps {
  readonly bars: readonly Bar[];
  readonly axis: string;
  /** Tells which bar the pointer is on; undefined: none. */
  readonly point: (bar: Bar | undefined) => void;
}

/** The bars with their axes. Screen readers have the table. */
export function HistogramChart({ bars, axis, point }: HistogramProps): ReactNode {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  const latest = useRef(bars);
  const { theme } = usePersonal();
  const [dark, setDark] = useState(() => prefersDark().matches);
  const pointed = useEffectEvent(point);
  useEffect(() => {
    const query = prefersDark();
    const follow = (): void => setDark(query.matches);
    query.addEventListener('change', follow);
    return () => query.removeEventListener('change', follow);
  }, []);
  useEffect(() => {
    latest.current = bars;
    plot.current?.setData(dataOf(bars));
  }, [bars]);
  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const made = new uPlot(
      optionsOf(
        element,
        axis,
        () => latest.current,
        (bar) => pointed(bar),
      ),
      dataOf(latest.current),
      element,
    );
    plot.current = made;
    const watch = new ResizeObserver(() => {
      if (element.clientWidth > 0) made.setSize({ width: element.clientWidth, height: HEIGHT });
    });
    watch.observe(element);
    return () => {
      watch.disconnect();
      plot.current = undefined;
      made.destroy();
    };
    // colours are read when it is made
  }, [axis, theme, dark]);
  return <div ref={box} className="tune-histogram-plot" aria-hidden="true" />;
}

const prefersDark = (): MediaQueryList => window.matchMedia('(prefers-color-scheme: dark)');

const dataOf = (bars: readonly Bar[]): uPlot.AlignedData => [
  bars.map(({ from, to }) => (toScale(from) + toScale(to)) / 2),
  bars.map(({ all }) => heightOf(all)),
];

function optionsOf(
  element: HTMLElement,
  axis: string,
  bars: () => readonly Bar[],
  point: (bar: Bar | undefined) => void,
): uPlot.Options {
  const colours = getComputedStyle(element);
  const [text, line] = [colours.getPropertyValue('color'), colours.getPropertyValue('border-color')];
  const lines = { stroke: line, width: 1 };
  const common = {
    stroke: text,
    grid: lines,
    ticks: lines,
    font: `12px ${colours.fontFamily}`,
    labelFont: `12px ${colours.fontFamily}`,
  };
  let paints: Paints | undefined;
  return {
    width: Math.max(1, element.clientWidth),
    height: HEIGHT,
    padding: [AROUND.top, AROUND.right, 0, 0],
    legend: { show: false },
    cursor: { y: false, points: { show: false }, drag: { x: false, y: false, setScale: false } },
    scales: {
      x: { time: false, range: [-REACH, REACH] },
      y: { range: (_plot, _min, max) => [0, Math.max(heightOf(10), max * 1.05)] },
    },
    series: [{}, { paths: () => null, points: { show: false } }],
    axes: [
      {
        ...common,
        label: axis,
        size: AROUND.bottom - AXIS_NAME,
        labelSize: AXIS_NAME,
        splits: () => SCORES.map(toScale),
        values: () => SCORES.map(String),
      },
      {
        ...common,
        label: 'Assets (log scale)',
        size: AROUND.left - AXIS_NAME,
        labelSize: AXIS_NAME,
        splits: () => COUNTS.map(heightOf),
        values: () => COUNTS.map(counted),
      },
    ],
    hooks: {
      draw: [
        (plot) => {
          paints ??= paintsOf(plot.ctx, element);
          drawBars(plot, bars(), paints);
        },
      ],
      setCursor: [({ cursor }) => point(typeof cursor.idx === 'number' ? bars()[cursor.idx] : undefined)],
    },
  };
}

/** The colours of the legend, as the theme has them now. */
function paintsOf(ctx: CanvasRenderingContext2D, element: HTMLElement): Paints {
  const colour = (name: string): string => {
    const probe = document.createElement('span');
    probe.className = `tune-swatch ${name}`;
    element.append(probe);
    const found = getComputedStyle(probe).color;
    probe.remove();
    return found;
  };
  const mark = colour('mark');
  return {
    allow: colour('allow'),
    review: dotted(ctx, colour('review'), mark),
    block: hatched(ctx, colour('block'), mark),
    pending: colour('pending'),
  };
}

import { describe, expect, it } from '@jest/globals';

import { drawLinePlot, type LinePlot } from './line-plot.js';

const PLOT: LinePlot = {
  title: 'Latency & goodput <of a service>',
  xLabel: 'requests/s',
  left: { label: 'ms', scale: 'log' },
  right: { label: 'decisions/s' },
  series: [
    {
      name: 'p50',
      axis: 'left',
      points: [
        [100, 10],
        [50, 20],
        [200, 100],
      ],
    },
    {
      name: 'goodput',
      axis: 'right',
      points: [
        [50, 50],
        [200, 100],
      ],
    },
  ],
  limit: { y: 50, label: 'SLO' },
  place: { x: 100, label: 'capacity' },
};

const pathsOf = (svg: string): number[][][] =>
  [...svg.matchAll(/class="line [^"]*" d="M([^h"]+)"/g)].map((match) =>
    (match[1] ?? '').split('L').map((point) => point.split(' ').map(Number)),
  );

describe('a plot', () => {
  it('has a line per series, from left to right, higher where values are higher', () => {
    const [latency = [], goodput = []] = pathsOf(drawLinePlot(PLOT));
    expect(latency.map(([x]) => x)).toEqual([...latency.map(([x]) => x)].sort((a = 0, b = 0) => a - b));
    expect(latency).toHaveLength(3);
    const [slow = 0, fast = 0, slowest = 0] = latency.map(([, y]) => y);
    expect(slowest).toBeLessThan(slow);
    expect(slow).toBeLessThan(fast);
    expect(goodput).toHaveLength(2);
  });

  it('is one well-formed document that suits light and dark pages', () => {
    const svg = drawLinePlot(PLOT);
    const opened = [...svg.matchAll(/<([a-z]+)(?: [^>]*[^/])?>/g)].map((match) => match[1]);
    const closed = [...svg.matchAll(/<\/([a-z]+)>/g)].map((match) => match[1]);
    expect(opened.sort()).toEqual(closed.sort());
    expect(svg).toContain('Latency &amp; goodput &lt;of a service&gt;');
    expect(svg).toContain('prefers-color-scheme: dark');
    expect(svg).not.toContain('NaN');
    for (const word of ['p50', 'goodput', 'requests/s', 'decisions/s', 'SLO', 'capacity']) expect(svg).toContain(word);
  });

  it('leaves out what is no number, and what a logarithm has no place for', () => {
    const points: [number, number][] = [
      [1, Number.NaN],
      [2, 0],
      [3, 5],
      [4, 8],
    ];
    const series = (['left', 'right'] as const).map((axis) => ({ name: axis, axis, points }));
    expect(pathsOf(drawLinePlot({ ...PLOT, series })).map((path) => path.length)).toEqual([2, 3]);
  });

  it('of nothing cannot be drawn', () => {
    expect(() => drawLinePlot({ ...PLOT, series: [] })).toThrow(RangeError);
  });
});

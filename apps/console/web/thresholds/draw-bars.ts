import type uPlot from 'uplot';

import { STANDINGS, type Bar } from './counts.js';
import { toScale } from './scale.js';

/** What a standing is drawn with. */
export type Paints = Readonly<Record<(typeof STANDINGS)[number], string | CanvasPattern>>;

/** CSS pixels between two bars. */
const GAP = 1;
const TILE = 6;

/** How high a bar is drawn: its count on a logarithmic scale on which nothing has no height. */
export const heightOf = (count: number): number => Math.log10(1 + count);

/** Draws each bar as high as its count, and within it each colour in proportion to its part of the assets. */
export function drawBars(plot: uPlot, bars: readonly Bar[], paints: Paints): void {
  const { ctx } = plot;
  ctx.save();
  for (const { from, to, standing, all } of bars) {
    if (all === 0) continue;
    const left = plot.valToPos(toScale(from), 'x', true) + (GAP / 2) * devicePixelRatio;
    const width = plot.valToPos(toScale(to), 'x', true) - (GAP / 2) * devicePixelRatio - left;
    const floor = plot.valToPos(0, 'y', true);
    const height = floor - plot.valToPos(heightOf(all), 'y', true);
    let y = floor;
    for (const name of STANDINGS) {
      const part = (height * standing[name]) / all;
      ctx.fillStyle = paints[name];
      ctx.fillRect(left, y - part, width, part);
      y -= part;
    }
  }
  ctx.restore();
}

/** A colour with marks in it, which tell it from others without colour. */
function marked(
  ctx: CanvasRenderingContext2D,
  colour: string,
  mark: (brush: CanvasRenderingContext2D, size: number) => void,
): string | CanvasPattern {
  const tile = document.createElement('canvas');
  const size = Math.round(TILE * devicePixelRatio);
  tile.width = size;
  tile.height = size;
  const brush = tile.getContext('2d');
  if (brush === null) return colour;
  brush.fillStyle = colour;
  brush.fillRect(0, 0, size, size);
  mark(brush, size);
  return ctx.createPattern(tile, 'repeat') ?? colour;
}

export const hatched = (ctx: CanvasRenderingContext2D, colour: string, line: string): string | CanvasPattern =>
  marked(ctx, colour, (brush, size) => {
    brush.strokeStyle = line;
    brush.lineWidth = size / 5;
    for (const shift of [-size, 0, size]) {
      brush.beginPath();
      brush.moveTo(shift, size);
      brush.lineTo(shift + size, 0);
      brush.stroke();
    }
  });

export const dotted = (ctx: CanvasRenderingContext2D, colour: string, dot: string): string | CanvasPattern =>
  marked(ctx, colour, (brush, size) => {
    brush.fillStyle = dot;
    brush.beginPath();
    brush.arc(size / 2, size / 2, size / 6, 0, 2 * Math.PI);
    brush.fill();
  });

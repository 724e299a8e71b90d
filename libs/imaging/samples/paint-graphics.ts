import type { Canvas } from './canvas.js';
import { hsl, mix, shade } from './colour.js';
import type { Colour } from './colour.js';
import { createFractalNoise } from './random.js';
import type { Random } from './random.js';

/** Soft lights of three colours that run into each other. */
export function paintGradient(canvas: Canvas, random: Random): void {
  const hue = random.next();
  const lights = [0, 0.17, 0.45].map((step) => ({
    x: random.between(-0.5, 0.5),
    y: random.between(-0.5, 0.5),
    colour: hsl(hue + step, 0.8, random.between(0.35, 0.7)),
  }));
  canvas.shade((x, y) => {
    let [red, green, blue, weight] = [0, 0, 0, 0];
    for (const light of lights) {
      const near = 1 / (0.05 + (x - light.x) ** 2 + (y - light.y) ** 2);
      [red, green, blue] = [
        red + light.colour[0] * near,
        green + light.colour[1] * near,
        blue + light.colour[2] * near,
      ];
      weight += near;
    }
    return [red / weight, green / weight, blue / weight];
  });
}

/** Discs and bars of strong colours on a plain ground, as on a poster. */
export function paintShapes(canvas: Canvas, random: Random): void {
  const ground = hsl(random.next(), 0.25, random.between(0.85, 0.97));
  canvas.shade(() => ground);
  scatterShapes(canvas, random);
}

/** The same without a ground: what is not covered stays transparent. */
export function scatterShapes(canvas: Canvas, random: Random): void {
  const hue = random.next();
  const shapes = random.integer(6, 16);
  for (let shape = 0; shape < shapes; shape += 1) {
    const colour = hsl(hue + random.between(-0.2, 0.3), 0.75, random.between(0.3, 0.65));
    const [x, y] = [random.between(-0.55, 0.55), random.between(-0.5, 0.5)];
    const size = random.between(0.04, 0.2);
    if (random.next() < 0.5) canvas.ellipse({ x, y, rx: size, ry: size }, () => colour);
    else canvas.box(x - size, y - size * random.between(0.2, 1), x + size, y + size * random.between(0.2, 1), colour);
  }
}

/** Ink on paper: curved strokes, and hatching below them. */
export function paintLines(canvas: Canvas, random: Random): void {
  const paper: Colour = [250, 249, random.between(236, 248)];
  const ink: Colour = [30, 30, random.between(34, 60)];
  const noise = createFractalNoise(random, 3);
  canvas.shade(() => paper);
  const strokes = random.integer(5, 9);
  for (let stroke = 0; stroke < strokes; stroke += 1) {
    const thickness = random.between(0.004, 0.012);
    const at = (step: number): readonly [number, number] => [
      -0.5 + step / 40,
      -0.45 + (stroke * 0.85) / strokes + 0.35 * noise(step / 9 + stroke * 3, stroke),
    ];
    for (let step = 0; step < 40; step += 1) {
      canvas.line(at(step), at(step + 1), thickness, ink);
      const [x, y] = at(step);
      if (step % 2 === 0) canvas.line([x, y + 0.015], [x - 0.03, y + random.between(0.03, 0.09)], 0.002, ink);
    }
  }
}

/** A city at night: towers with lit windows before a dull sky. */
export function paintCity(canvas: Canvas, random: Random): void {
  const sky = hsl(random.between(0.55, 0.75), 0.4, random.between(0.1, 0.3));
  canvas.shade((_x, y) => shade(sky, 0.7 + 1.2 * (y + 0.5)));
  const pane = 0.016;
  let left = -canvas.halfWidth;
  while (left < canvas.halfWidth) {
    const width = random.between(0.07, 0.18);
    const top = random.between(-0.35, 0.2);
    const wall = hsl(0.6, 0.15, random.between(0.07, 0.2));
    canvas.box(left, top, left + width, canvas.halfHeight, wall);
    for (let y = top + pane; y < canvas.halfHeight; y += 2.2 * pane) {
      for (let x = left + pane; x < left + width - pane; x += 1.9 * pane) {
        const lit = mix([255, 214, 130], wall, random.next() < 0.45 ? random.between(0, 0.3) : 0.92);
        canvas.box(x, y, x + pane, y + 1.3 * pane, lit);
      }
    }
    left += width + random.between(0, 0.03);
  }
}

/** Woven cloth: stripes both ways that cover each other. */
export function paintPlaid(canvas: Canvas, random: Random): void {
  const colours: readonly [Colour, ...Colour[]] = [
    hsl(random.next(), 0.5, 0.3),
    hsl(random.next(), 0.6, 0.5),
    hsl(random.next(), 0.3, 0.8),
  ];
  const bands = Array.from({ length: 16 }, () => random.pick(colours));
  const threads = random.between(60, 110);
  const fold = createFractalNoise(random, 2);
  const band = (position: number): Colour => bands[Math.floor((position + 4) * 12) % bands.length] ?? colours[0];
  canvas.shade((x, y) => {
    const over = Math.sin(threads * (x + y)) > 0;
    return shade(mix(band(x), band(y), over ? 0.25 : 0.75), 0.7 + 0.6 * fold(x * 2 + 9, y * 2 + 9));
  });
}

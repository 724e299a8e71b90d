import type { Canvas, Fill } from './canvas.js';
import { hsl, mix, shade } from './colour.js';
import type { Colour } from './colour.js';
import { createFractalNoise } from './random.js';
import type { Random } from './random.js';

/** From dark to fair. */
const SKIN_TONES: readonly [Colour, ...Colour[]] = [
  [92, 58, 42],
  [141, 94, 66],
  [189, 133, 98],
  [222, 172, 138],
  [240, 202, 176],
];

/** Sand, peach and shell. */
const PEBBLE_TONES: readonly [Colour, ...Colour[]] = [
  [214, 168, 134],
  [232, 188, 156],
  [240, 206, 184],
  [226, 182, 166],
];

/** Something round with light from the upper left. */
const rounded =
  (colour: Colour): Fill =>
  (u, v) =>
    shade(colour, 1.08 - 0.16 * (u + v) - 0.28 * (u * u + v * v));

const flat =
  (colour: Colour): Fill =>
  () =>
    colour;

/** A head and shoulders out of ellipses, before a blurred wall. */
export function paintPortrait(canvas: Canvas, random: Random): void {
  const wall = hsl(random.next(), random.between(0.1, 0.5), random.between(0.3, 0.8));
  const wallNoise = createFractalNoise(random, 2);
  canvas.shade((x, y) => shade(wall, 0.75 + 0.5 * wallNoise(x * 2 + 9, y * 2 + 9)));
  const skin = random.pick(SKIN_TONES);
  const hair = hsl(random.between(0.04, 0.12), random.between(0.2, 0.6), random.between(0.1, 0.45));
  const cloth = hsl(random.next(), 0.5, random.between(0.2, 0.6));
  const weave = createFractalNoise(random, 4);
  const lean = random.between(-0.12, 0.12);
  const x = random.between(-0.1, 0.1);

  canvas.ellipse({ x: x - lean, y: -0.13, rx: 0.23, ry: 0.29, turn: lean, soft: 0.06 }, rounded(hair));
  canvas.ellipse({ x, y: 0.56, rx: 0.42, ry: 0.36, soft: 0.03 }, (u, v) =>
    shade(rounded(cloth)(u, v), 0.85 + 0.3 * weave(u * 9 + 20, v * 9 + 20)),
  );
  canvas.ellipse({ x, y: 0.19, rx: 0.085, ry: 0.15, soft: 0.08 }, rounded(shade(skin, 0.82)));
  canvas.ellipse({ x, y: -0.06, rx: 0.17, ry: 0.225, turn: lean, soft: 0.04 }, rounded(skin));
  canvas.ellipse({ x: x - lean, y: -0.25, rx: 0.19, ry: 0.1, turn: lean, soft: 0.1 }, rounded(hair));
  for (const side of [-1, 1]) {
    const eyeX = x + side * 0.07;
    canvas.ellipse({ x: eyeX, y: -0.07, rx: 0.032, ry: 0.015, soft: 0.2 }, flat([244, 240, 236]));
    canvas.ellipse({ x: eyeX, y: -0.07, rx: 0.013, ry: 0.014, soft: 0.2 }, flat([50, 36, 30]));
    canvas.ellipse({ x: eyeX, y: -0.107, rx: 0.04, ry: 0.008, soft: 0.4 }, flat(shade(hair, 0.8)));
  }
  canvas.ellipse({ x: x + 0.006, y: -0.01, rx: 0.014, ry: 0.05, soft: 0.9 }, flat(shade(skin, 0.9)));
  canvas.ellipse({ x, y: 0.075, rx: 0.05, ry: 0.014, soft: 0.3 }, flat(mix(skin, [170, 50, 60], 0.55)));
}

/** A heap of pebbles: nothing but ellipses and light. */
export function paintPebbles(canvas: Canvas, random: Random): void {
  const ground = hsl(random.next(), random.between(0, 0.3), random.between(0.15, 0.9));
  const grain = createFractalNoise(random, 3);
  canvas.shade((x, y) => shade(ground, 0.8 + 0.4 * grain(x * 3 + 9, y * 3 + 9)));
  const pebbles = random.integer(7, 16);
  for (let pebble = 0; pebble < pebbles; pebble += 1) {
    const radius = random.between(0.1, 0.26);
    const tone = random.pick(PEBBLE_TONES);
    const shape = {
      x: random.between(-0.4, 0.4),
      y: random.between(-0.4, 0.4),
      rx: radius,
      ry: radius * random.between(0.5, 0.9),
      turn: random.between(0, Math.PI),
    };
    canvas.ellipse({ ...shape, x: shape.x + 0.02, y: shape.y + 0.03, soft: 0.25 }, flat(shade(tone, 0.45)));
    const colour = shade(tone, random.between(0.85, 1.12));
    canvas.ellipse({ ...shape, soft: 0.05 }, (u, v) => shade(rounded(colour)(u, v), 0.93 + 0.14 * grain(u * 5, v * 5)));
  }
}

/** A cartoon face: flat colours within dark outlines, large eyes. */
export function paintCartoon(canvas: Canvas, random: Random): void {
  const ink: Colour = [28, 22, 34];
  const outlined = (x: number, y: number, rx: number, ry: number, colour: Colour): void => {
    canvas.ellipse({ x, y, rx: rx + 0.008, ry: ry + 0.008 }, flat(ink));
    canvas.ellipse({ x, y, rx, ry }, flat(colour));
  };
  const backdrop = hsl(random.next(), 0.6, 0.8);
  const hair = hsl(random.next(), 0.7, random.between(0.45, 0.7));
  const skin: Colour = mix([255, 226, 206], random.pick(SKIN_TONES), 0.25);
  const iris = hsl(random.next(), 0.8, 0.5);
  const rays = random.integer(8, 20);
  canvas.shade((x, y) => shade(backdrop, Math.sin(Math.atan2(y, x) * rays) > 0 ? 1 : 0.92));
  outlined(0, -0.02, 0.33, 0.36, hair);
  outlined(0, 0.5, 0.2, 0.22, hsl(random.next(), 0.6, 0.6));
  outlined(0, 0.05, 0.25, 0.27, skin);
  for (let strand = -3; strand <= 3; strand += 1) {
    outlined(strand * 0.075, -0.2 + Math.abs(strand) * 0.015, 0.05, random.between(0.07, 0.14), hair);
  }
  for (const side of [-1, 1]) {
    outlined(side * 0.11, 0.06, 0.06, 0.08, [255, 255, 255]);
    outlined(side * 0.11, 0.075, 0.04, 0.06, iris);
    canvas.ellipse({ x: side * 0.11, y: 0.085, rx: 0.02, ry: 0.034 }, flat(ink));
    canvas.ellipse({ x: side * 0.11 - 0.015, y: 0.045, rx: 0.014, ry: 0.017 }, flat([255, 255, 255]));
    canvas.ellipse({ x: side * 0.17, y: 0.17, rx: 0.04, ry: 0.018, soft: 0.6 }, flat(mix(skin, [255, 110, 120], 0.6)));
  }
  canvas.line([-0.04, 0.22], [0, 0.235], 0.01, ink);
  canvas.line([0, 0.235], [0.04, 0.22], 0.01, ink);
}

/** Ropes that wind across the ground and over each other. */
export function paintRopes(canvas: Canvas, random: Random): void {
  const ground = hsl(random.next(), 0.4, random.between(0.2, 0.9));
  canvas.shade(() => ground);
  const tone = random.pick(PEBBLE_TONES);
  const noise = createFractalNoise(random, 2);
  const ropes = random.integer(9, 15);
  for (let rope = 0; rope < ropes; rope += 1) {
    let [x, y] = [random.between(-0.6, 0.6), random.between(-0.5, 0.5)];
    let heading = random.between(0, 2 * Math.PI);
    const radius = random.between(0.02, 0.05);
    for (let step = 0; step < 90; step += 1) {
      const colour = shade(tone, 0.9 + 0.2 * noise(step / 6, rope * 3));
      canvas.ellipse({ x, y, rx: radius, ry: radius, soft: 0.1 }, rounded(colour));
      heading += (noise(step / 12, rope * 7) - 0.5) * 0.5;
      x += Math.cos(heading) * 0.014;
      y += Math.sin(heading) * 0.014;
    }
  }
}

/** Balloons as a comic would have them: flat colours, a shadow and a light, dark outlines, strings. */
export function paintBalloons(canvas: Canvas, random: Random): void {
  const ink: Colour = [28, 22, 34];
  const sky = hsl(random.next(), 0.5, 0.8);
  canvas.shade(() => sky);
  const pale = mix([255, 226, 206], random.pick(SKIN_TONES), 0.3);
  const balloons = random.integer(4, 8);
  for (let balloon = 0; balloon < balloons; balloon += 1) {
    const radius = random.between(0.12, 0.32);
    const shape = {
      x: random.between(-0.35, 0.35),
      y: random.between(-0.4, 0.4),
      rx: radius,
      ry: radius * random.between(0.4, 0.9),
      turn: random.between(0, Math.PI),
    };
    const colour = random.next() < 0.7 ? pale : hsl(random.next(), 0.6, 0.65);
    canvas.line([shape.x, shape.y], [shape.x + random.between(-0.1, 0.1), shape.y + 0.6], 0.006, ink);
    canvas.ellipse({ ...shape, rx: shape.rx + 0.006, ry: shape.ry + 0.006 }, flat(ink));
    canvas.ellipse(shape, (u, v) => shade(colour, u + v > 0.55 ? 0.86 : u + v < -0.9 ? 1.06 : 1));
  }
}

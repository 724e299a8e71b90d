import type { Canvas } from './canvas.js';
import { hsl, mix, shade, smoothStep } from './colour.js';
import type { Colour } from './colour.js';
import { createFractalNoise } from './random.js';
import type { Random } from './random.js';

/** Sky with a sun, and ranges of hills that grow darker as they come nearer. */
export function paintHills(canvas: Canvas, random: Random): void {
  const zenith = hsl(random.between(0.54, 0.64), 0.6, random.between(0.45, 0.6));
  const horizon = hsl(random.between(0.03, 0.14), 0.7, 0.8);
  const [sunX, sunY] = [random.between(-0.4, 0.4), random.between(-0.3, -0.1)];
  canvas.shade((x, y) => {
    const glow = Math.exp(-8 * Math.hypot(x - sunX, y - sunY));
    return mix(mix(zenith, horizon, smoothStep(-0.5, 0.15, y)), [255, 244, 214], glow);
  });
  const ranges = random.integer(3, 5);
  const ground = hsl(random.between(0.2, 0.4), 0.45, 0.3);
  for (let range = 0; range < ranges; range += 1) {
    const noise = createFractalNoise(random, 5);
    const near = (range + 1) / ranges;
    const base = -0.12 + 0.45 * near;
    const colour = mix(horizon, ground, 0.25 + 0.75 * near);
    const skyline = (x: number): number => base - 0.22 * noise(x * (3 - near) + 20, range * 9);
    canvas.below(skyline, (x, y) => shade(colour, 0.7 + 0.6 * noise(x * 14, y * 22)));
  }
}

/** Open water under a low light, with waves that shorten towards the horizon. */
export function paintSea(canvas: Canvas, random: Random): void {
  const sky = hsl(random.between(0.5, 1), 0.5, random.between(0.25, 0.7));
  const light: Colour = [255, random.between(180, 240), random.between(120, 220)];
  const water = hsl(random.between(0.48, 0.62), 0.6, random.between(0.2, 0.4));
  const horizon = random.between(-0.15, 0.1);
  const clouds = createFractalNoise(random, 5);
  const waves = createFractalNoise(random, 4);
  const sunX = random.between(-0.3, 0.3);
  canvas.shade((x, y) => {
    const cloud = smoothStep(0.45, 0.75, clouds(x * 2 + 9, y * 6 + 9));
    const glow = Math.exp(-5 * Math.hypot(x - sunX, (y - horizon) * 1.6));
    return mix(mix(sky, [245, 245, 250], cloud * 0.8), light, glow);
  });
  canvas.below(
    () => horizon,
    (x, y) => {
      const depth = Math.max(0.01, y - horizon);
      const wave = waves(x / (depth + 0.08) + 30, 3 / (depth + 0.06));
      const path = Math.exp(-12 * Math.abs(x - sunX) * (0.4 + wave));
      return mix(shade(water, 0.6 + 0.9 * wave), light, path * smoothStep(0.35, 0.8, wave));
    },
  );
}

/** Smooth, warm dunes: light on one side of every crest, shadow on the other. */
export function paintDunes(canvas: Canvas, random: Random): void {
  const sand = hsl(random.between(0.05, 0.09), random.between(0.4, 0.6), random.between(0.62, 0.74));
  const noise = createFractalNoise(random, 2);
  const turn = random.between(-0.8, 0.8);
  const pace = random.between(2, 4);
  const height = (x: number, y: number): number => {
    const across = x * Math.cos(turn) + y * Math.sin(turn);
    return Math.sin(pace * (across + 0.9 * noise(x * 1.3 + 5, y * 1.3 + 5)) * 2) + 0.6 * noise(x * 2 + 40, y * 2);
  };
  canvas.shade((x, y) => {
    const here = height(x, y);
    const slope = (height(x + 0.02, y + 0.015) - here) / 0.02;
    return shade(sand, 0.95 + 0.09 * here - 0.055 * slope);
  });
}

/** Marble, bark or clouds: noise that is bent by more noise. */
export function paintTexture(canvas: Canvas, random: Random): void {
  const dark = hsl(random.next(), random.between(0.1, 0.6), random.between(0.1, 0.35));
  const bright = hsl(random.next(), random.between(0.1, 0.5), random.between(0.65, 0.9));
  const bend = createFractalNoise(random, 4);
  const grain = createFractalNoise(random, 6);
  const [stretch, veins] = [random.between(1, 5), random.between(4, 20)];
  canvas.shade((x, y) => {
    const bent = bend(x * 2 + 7, y * 2 + 7);
    const vein = 0.5 + 0.5 * Math.sin(veins * (x + bent * 1.5));
    return mix(dark, bright, 0.5 * vein + 0.5 * grain(x * 4 * stretch + bent, y * 4 + 50));
  });
}

/**
 * An RGB image drawn from a seed, row by row, the same on every machine: a gradient, discs and stripes over it, and
 * noise of a strength that grows with the seed.
 */
export function generatedImage(width: number, height: number, seed: number): Uint8Array {
  const random = randomFrom(seed);
  const corner = colour(random);
  const slopes = colour(random).map((value) => value / 128 - 1);
  const discs = Array.from({ length: 1 + (seed % 5) }, () => ({
    x: random() * width,
    y: random() * height,
    radius: (0.1 + random() * 0.3) * Math.max(width, height),
    colour: colour(random),
  }));
  const stripe = 2 + Math.floor(random() * 12);
  const noise = (seed % 4) * 30;
  const pixels = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const disc = discs.find((one) => (one.x - x) ** 2 + (one.y - y) ** 2 < one.radius ** 2);
      const striped = disc !== undefined && seed % 3 === 0 && Math.floor((x + y) / stripe) % 2 === 0;
      for (let channel = 0; channel < 3; channel++) {
        const ground = (corner[channel] ?? 0) + ((slopes[channel] ?? 0) * (x + y) * 255) / (width + height);
        const value = (disc && !striped ? (disc.colour[channel] ?? 0) : ground) + (random() - 0.5) * noise;
        pixels[(y * width + x) * 3 + channel] = Math.max(0, Math.min(255, Math.round(value)));
      }
    }
  }
  return pixels;
}

const colour = (random: () => number): number[] => [random() * 255, random() * 255, random() * 255];

/** Numbers in 0..1: Tommy Ettinger's mulberry32. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

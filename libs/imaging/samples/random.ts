/** Numbers that look random and follow from a seed alone. */
export class Random {
  private state: number;

  constructor(seed: number) {
    // Spreads neighbouring seeds, so that sample n + 1 has nothing in common with sample n.
    this.state = Math.imul(seed + 1, 0x9e37_79b1) >>> 0;
  }

  /** In 0..1, 1 excluded (mulberry32, Tommy Ettinger, public domain). */
  next(): number {
    this.state = (this.state + 0x6d2b_79f5) >>> 0;
    let mixed = this.state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  /** A whole number from `low` to `high`, both included. */
  integer(low: number, high: number): number {
    return Math.floor(this.between(low, high + 1));
  }

  pick<T>(items: readonly [T, ...T[]]): T {
    return items[this.integer(0, items.length - 1)] ?? items[0];
  }
}

/** A smooth, random landscape over the plane: heights in 0..1, hills about one unit wide. */
export function createNoise(random: Random): (x: number, y: number) => number {
  const SIDE = 64;
  const heights = Float64Array.from({ length: SIDE * SIDE }, () => random.next());
  const height = (column: number, row: number): number =>
    heights[(row & (SIDE - 1)) * SIDE + (column & (SIDE - 1))] ?? 0;
  const ease = (t: number): number => t * t * (3 - 2 * t);
  return (x, y) => {
    const column = Math.floor(x);
    const row = Math.floor(y);
    const across = ease(x - column);
    const top = height(column, row) + (height(column + 1, row) - height(column, row)) * across;
    const bottom = height(column, row + 1) + (height(column + 1, row + 1) - height(column, row + 1)) * across;
    return top + (bottom - top) * ease(y - row);
  };
}

/** Noise upon noise, each half as wide and half as high: clouds, stone, bark. Heights in 0..1. */
export function createFractalNoise(random: Random, octaves: number): (x: number, y: number) => number {
  const noise = createNoise(random);
  const reach = 2 - 2 ** (1 - octaves);
  return (x, y) => {
    let sum = 0;
    for (let octave = 0, scale = 1; octave < octaves; octave += 1, scale *= 2) {
      sum += noise(x * scale + octave * 17, y * scale + octave * 31) / scale;
    }
    return sum / reach;
  };
}

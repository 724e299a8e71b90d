/** Brightness of a picture, a row each. */
type Picture = readonly (readonly number[])[];

/**
 * PDQ written straight from its description, slowly and with nothing in common with the product's: the filters pass
 * over whole pictures, the transform is two matrix products. Pictures are at most 512 pixels on their longer side.
 *
 * @param rgb bytes of `width × height` pixels, row by row
 */
export function slowPdq(rgb: Uint8Array, width: number, height: number): { pdq: string; quality: number } {
  let picture: Picture = Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => {
      const [red = NaN, green = NaN, blue = NaN] = rgb.subarray((y * width + x) * 3);
      return 0.299 * red + 0.587 * green + 0.114 * blue;
    }),
  );
  for (let pass = 0; pass < 2; pass += 1) picture = turned(turned(picture.map(boxed)).map(boxed));
  const small = sampled(turned(sampled(turned(picture))));
  const cosines = Array.from({ length: 16 }, (_, f) =>
    Array.from({ length: 64 }, (_, x) => Math.sqrt(2 / 64) * Math.cos(((f + 1) * (2 * x + 1) * Math.PI) / 128)),
  );
  const frequencies = product(product(cosines, small), turned(cosines)).flat();
  const median = [...frequencies].sort((a, b) => a - b)[127] ?? NaN;
  const bits = frequencies.reduce((all, value, bit) => (value > median ? all | (1n << BigInt(bit)) : all), 0n);
  return { pdq: bits.toString(16).padStart(64, '0'), quality: Math.min(100, Math.trunc(steps(small) / 90)) };
}

const turned = (picture: Picture): Picture => (picture[0] ?? []).map((_, x) => picture.map((row) => row[x] ?? NaN));

/** Of a window of even size the middle is its left one of the two in the middle. */
function boxed(line: readonly number[]): number[] {
  const size = Math.ceil(line.length / 128);
  return line.map((_, at) => {
    const window = line.slice(Math.max(0, at - Math.floor((size - 1) / 2)), at + Math.floor(size / 2) + 1);
    return window.reduce((sum, value) => sum + value, 0) / window.length;
  });
}

const sampled = (picture: Picture): Picture =>
  Array.from({ length: 64 }, (_, y) => picture[Math.floor(((y + 0.5) * picture.length) / 64)] ?? []);

const product = (a: Picture, b: Picture): Picture =>
  a.map((row) => turned(b).map((column) => row.reduce((sum, value, at) => sum + value * (column[at] ?? NaN), 0)));

const steps = (small: Picture): number =>
  [...small, ...turned(small)]
    .flatMap((row) => row.slice(1).map((value, at) => Math.trunc(((value - (row[at] ?? NaN)) * 100) / 255)))
    .reduce((sum, step) => sum + Math.abs(step), 0);

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readCalibration, writeCalibration } from './calibration.js';

let directory: string;
let file: string;
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'portcullis-calibration-'));
  file = path.join(directory, 'calibration.json');
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

describe('calibration.json', () => {
  it.each([[['stem']], [Array.from({ length: 40 }, (_, index) => `operation_${index}`)]])(
    'reads what was written',
    async (float) => {
      const calibration = { views: 3, float, ranges: { stem: [0, 6], sum: [-1.25, 1e-7] } } as const;
      await writeCalibration(file, calibration);
      expect(await readCalibration(file)).toEqual(calibration);
    },
  );

  it('tells all faults together', async () => {
    await writeFile(file, JSON.stringify({ views: 0, ranges: { a: [2, 1], b: [0], c: [0, 1, 2] } }));
    await expect(readCalibration(file)).rejects.toMatchObject({
      file,
      faults: [
        expect.stringMatching(/^views is 0, /),
        expect.stringMatching(/^float is missing, /),
        'ranges.a must be a lower and a higher number',
        'ranges.b must be a lower and a higher number',
        'ranges.c must be a lower and a higher number',
      ],
    });
  });

  it.each([
    ['is missing', undefined],
    ['is not JSON: ', '{'],
  ])('refuses a file that %s', async (fault, text) => {
    if (text !== undefined) await writeFile(file, text);
    await expect(readCalibration(file)).rejects.toThrow(`${file}: ${fault}`);
  });
});

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { CALIBRATION_FILE, readCalibration, writeCalibration } from '#inference/convert/calibration.js';
import { convertModel } from '#inference/convert/convert-model.js';
import { convertModels } from '#inference/convert/convert-models.js';
import { observeRanges } from '#inference/convert/observe-ranges.js';
import { sealVariant } from '#inference/convert/seal-variant.js';
import { openManifest, openModel } from '#inference/models/repository.js';
import { createSession } from '#inference/models/session.js';
import type { VariantAgreement } from '#inference/models/variant.js';
import { agreementOf } from '#inference/models/variant-agreement.js';
import { viewsOfDrawn, viewsOfFolder } from './picture-views.js';

export interface CalibrateOptions {
  /** Folder of photographs. */
  readonly images: string;
  /** Drawn samples to calibrate on, from the first. */
  readonly drawn: number;
  /** Drawn samples to measure with: those that follow. */
  readonly measured: number;
  /** Measure only: the committed ranges stay. */
  readonly keepRanges: boolean;
  /** Called after each run of a model. */
  readonly onRun: () => void;
}

/** Agreement of a variant with its model, together and by where the pictures are from. */
export interface CalibratedVariant {
  readonly agreement: VariantAgreement;
  readonly photographs: VariantAgreement;
  readonly drawn: VariantAgreement;
}

/**
 * Makes a variant anew: ranges are observed on photographs and drawn samples, the file is made, and its agreement with
 * its model is measured on the photographs and on samples that it was not calibrated on. Writes `calibration.json`,
 * `model.json` and the file. For whoever makes a new version of a variant.
 *
 * @param ref of the variant, whose `calibration.json` names what stays float
 * @throws ModelRefused, Error when there is nothing to calibrate
 */
export async function calibrateVariant(
  root: string,
  ref: string,
  options: CalibrateOptions,
): Promise<CalibratedVariant> {
  const manifest = await openManifest(root, ref);
  if (!manifest.variant) throw new Error(`${ref} is no variant`);
  const { of } = manifest.variant;
  const photographs = (await viewsOfFolder(options.images, manifest.preprocessing)).views;
  if (!options.keepRanges) await makeAnew(root, ref, photographs, options);
  await convertModels(root, { only: [of, ref] });

  const { views: drawn } = await viewsOfDrawn(options.drawn, options.measured, manifest.preprocessing);
  const views = [...photographs, ...drawn];
  const model = await scoresOf(root, of, views, options.onRun);
  const variant = await scoresOf(root, ref, views, options.onRun);
  const among = (from: number, to: number): VariantAgreement =>
    agreementOf(model.slice(from, to), variant.slice(from, to));
  const agreement = among(0, views.length);
  const directory = path.resolve(root, ref);
  await sealVariant(directory, await readFile(path.join(directory, manifest.file)), agreement);
  return { agreement, photographs: among(0, photographs.length), drawn: among(photographs.length, views.length) };
}

async function makeAnew(
  root: string,
  ref: string,
  photographs: readonly Uint8Array[],
  { drawn, onRun }: CalibrateOptions,
): Promise<void> {
  const manifest = await openManifest(root, ref);
  const table = path.resolve(root, ref, CALIBRATION_FILE);
  const { float } = await readCalibration(table);
  const views = [...photographs, ...(await viewsOfDrawn(0, drawn, manifest.preprocessing)).views];
  const calibration = await observeRanges(manifest, views, float, onRun);
  await writeCalibration(table, calibration);
  await sealVariant(path.resolve(root, ref), convertModel(manifest, calibration));
}

/** One row of scores per view. */
async function scoresOf(
  root: string,
  ref: string,
  views: readonly Uint8Array[],
  onRun: () => void,
): Promise<number[][]> {
  const session = await createSession(await openModel(root, ref), { threads: 1 });
  const rows: number[][] = [];
  try {
    for (const view of views) {
      rows.push(...(await session.run([view])).scores);
      onRun();
    }
  } finally {
    await session.close();
  }
  return rows;
}

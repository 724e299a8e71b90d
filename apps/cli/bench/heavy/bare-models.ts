import type { SampleSide } from '#imaging/draw-samples.js';
import type { Settings } from '#settings/settings.js';

import type { BenchContext } from '../bench-context.js';
import { drawPhotographs, storePhotographs } from '../photographs.js';
import { temporaryFolder } from '../private-installation.js';
import { UniqueCopies } from '../unique-copies.js';
import { openBareModel, type BareModel } from './bare-model.js';

/** What the batch tier is held against: the same model, on the same photographs. */
export interface BareModels {
  readonly modelOnly: BareModel;
  readonly withDecode: BareModel;
}

const PHOTOGRAPHS = 12;

/** Draws photographs and opens the bare models on them. @returns these, and copies of the photographs to upload */
export async function openBareModels(
  context: BenchContext,
  settings: Settings,
  side: SampleSide,
): Promise<{ readonly bare: BareModels; readonly copies: UniqueCopies }> {
  const photographs = await drawPhotographs(PHOTOGRAPHS, side);
  const paths = await storePhotographs(await temporaryFolder(context), photographs);
  const bare = {
    modelOnly: await openBareModel(context, settings, 'model only', paths),
    withDecode: await openBareModel(context, settings, 'model and decode', paths),
  };
  return { bare, copies: new UniqueCopies(photographs) };
}

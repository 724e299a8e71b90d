import type { DataSource } from 'typeorm';

import { ModelVersionStore } from '#persistence/model-version-store.js';

/** Models whose scores are written, not computed. */
export const BENCH_MODELS = { fast: 'bench_fast/1.0.0', heavy: 'bench_heavy/1.0.0' };
/** In the order of their scores. */
const LABELS = ['neutral.drawing', 'sexual.explicit.drawn', 'neutral', 'sexual.explicit', 'sexual.suggestive'] as const;
const CLASSES = ['drawing', 'hentai', 'neutral', 'porn', 'sexy'];
const PREPROCESSING = {
  size: 224,
  resize: 'bilinear-align-corners',
  framesScoredMax: 3,
  backgrounds: ['white', 'black'],
} as const;

/** Makes both known to an installation: their scores are of drawings, explicit drawings, neutral, explicit, suggestive. */
export async function registerBenchModels(database: DataSource): Promise<void> {
  const models = new ModelVersionStore(database);
  const manifest = { classes: CLASSES, preprocessing: PREPROCESSING };
  for (const id of Object.values(BENCH_MODELS)) {
    await models.register({ id, sha256: 'ab'.repeat(32), labels: LABELS, manifest });
  }
}

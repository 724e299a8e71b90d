import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { LaunchFault } from './launch-fault.mjs';
import { MAIN, ROOT } from './paths.mjs';
import { timed } from './progress.mjs';
import { run } from './run.mjs';

const MODELS_LIMIT_MS = 10 * 60_000;

/**
 * The model files that are to be made from npm packages and that are not there. Their hashes are checked by those who
 * load them.
 */
export function missingModels() {
  const root = path.join(ROOT, 'models');
  if (!existsSync(root)) return [];
  return readdirSync(root, { recursive: true })
    .filter((file) => path.basename(file) === 'model.json')
    .map((file) => ({ file, manifest: JSON.parse(readFileSync(path.join(root, file), 'utf8')) }))
    .filter(({ manifest }) => manifest.source?.kind === 'npm')
    .map(({ file, manifest }) => path.join(root, path.dirname(file), String(manifest.file)))
    .filter((file) => !existsSync(file));
}

/** Makes the model files from the weights that npm has installed. */
export async function makeModels() {
  const result = await timed('converting models (once)', () =>
    run(process.execPath, ['--enable-source-maps', MAIN, 'models'], { output: 'capture', limitMs: MODELS_LIMIT_MS }),
  );
  if (result.code !== 0) throw new LaunchFault(`The models could not be made:\n${result.output}`);
}

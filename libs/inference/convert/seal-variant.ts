import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { VariantAgreement } from '../models/variant.js';

/**
 * Writes into a variant's `model.json` what was just made and measured, and leaves everything else as it is.
 *
 * @param directory of the model version
 */
export async function sealVariant(directory: string, data: Uint8Array, agreement?: VariantAgreement): Promise<void> {
  const file = path.join(directory, 'model.json');
  const manifest: unknown = JSON.parse(await readFile(file, 'utf8'), (key, value: unknown) => {
    if (key === 'agreement') return agreement ?? value;
    return value;
  });
  const sealed = { sha256: createHash('sha256').update(data).digest('hex'), bytes: data.length };
  await writeFile(file, `${JSON.stringify(Object.assign({}, manifest, sealed), null, 2)}\n`);
}

import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { checkVariant, listVariants } from './list-variants.js';
import { listModels, modelId, openManifest } from './repository.js';
import { variantPasses } from './variant.js';

const COMMITTED = fileURLToPath(new URL('../../../models', import.meta.url));
const VARIANT = 'mobilenet_v2_int8/1.0.0';

let root: string;
let of: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'portcullis-variants-'));
  const { variant } = await openManifest(COMMITTED, VARIANT);
  of = variant?.of ?? '';
  for (const ref of [VARIANT, of]) {
    await cp(path.join(COMMITTED, ref, 'model.json'), path.join(root, ref, 'model.json'), { recursive: true });
  }
});
afterEach(async () => {
  await rm(root, { recursive: true });
});

async function change(ref: string, from: RegExp, to: string): Promise<void> {
  const file = path.join(root, ref, 'model.json');
  const text = await readFile(file, 'utf8');
  expect(text).toMatch(from);
  await writeFile(file, text.replace(from, to));
}

describe('listVariants', () => {
  it('finds the variants of one version, and of no other', async () => {
    expect((await listVariants(root, of)).map(modelId)).toEqual([VARIANT]);
    expect(await listVariants(root, 'mobilenet_v2/9.9.9')).toEqual([]);
    expect(await listVariants(root, VARIANT)).toEqual([]);
  });

  it('refuses a variant that prepares images otherwise or means something else', async () => {
    await change(VARIANT, /"framesScoredMax": 5/, '"framesScoredMax": 4');
    await change(of, /"Sexy": "sexual.suggestive"/, '"Sexy": "neutral"');
    await expect(listVariants(root, of)).rejects.toMatchObject({
      file: path.join(root, VARIANT, 'model.json'),
      faults: ['labels', 'preprocessing'].map((key) => `${key} differs from that of ${of}, of which this is a variant`),
    });
  });

  it('refuses a variant of a variant', async () => {
    await change(VARIANT, /"of": "[^"]*"/, `"of": "${VARIANT}"`);
    await expect(checkVariant(root, await openManifest(root, VARIANT))).rejects.toThrow('which is a variant itself');
  });
});

describe('the committed variants', () => {
  it('pass, and are of one piece with their models', async () => {
    const refs = await listModels(COMMITTED);
    const manifests = await Promise.all(refs.map((ref) => openManifest(COMMITTED, ref)));
    const variants = manifests.flatMap(({ variant }) => variant ?? []);
    expect(variants.map((variant) => [variant.of, variantPasses(variant.agreement)])).toEqual([
      ['inception_v3/1.0.0', true],
      ['inception_v3/1.1.0', true],
      [expect.stringMatching(/^mobilenet_v2\//), true],
    ]);
    for (const manifest of manifests) await checkVariant(COMMITTED, manifest);
  });
});

import { copyFile, cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { hashFile } from '../models/file.js';
import { openManifest } from '../models/repository.js';
import { CALIBRATION_FILE, readCalibration, writeCalibration } from './calibration.js';
import { convertModels, hashModels, type ModelProgress } from './convert-models.js';

const COMMITTED = fileURLToPath(new URL('../../../models', import.meta.url));
const REF = 'mobilenet_v2/1.0.0';

let root: string;
let directory: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'portcullis-models-'));
  directory = path.join(root, REF);
  await mkdir(directory, { recursive: true });
  await copyFile(path.join(COMMITTED, REF, 'model.json'), path.join(directory, 'model.json'));
});
afterEach(async () => {
  await rm(root, { recursive: true });
});

async function change(from: RegExp, to: string): Promise<void> {
  const file = path.join(directory, 'model.json');
  const text = await readFile(file, 'utf8');
  expect(text).toMatch(from);
  await writeFile(file, text.replace(from, to));
}

describe('convertModels', () => {
  it('builds a file that is missing, leaves a good one alone, and replaces a damaged one', async () => {
    const steps: string[] = [];
    const onProgress = (progress: ModelProgress) => steps.push(progress.step);
    const [built] = await convertModels(root, { onProgress });
    expect(built).toMatchObject({ id: REF, file: path.join(directory, 'model.onnx'), built: true });
    expect(await hashFile(path.join(directory, 'model.onnx'))).toEqual({ sha256: built?.sha256, bytes: built?.bytes });

    const { mtimeMs } = await stat(path.join(directory, 'model.onnx'));
    expect(await convertModels(root, { onProgress })).toMatchObject([{ built: false, sha256: built?.sha256 }]);
    expect((await stat(path.join(directory, 'model.onnx'))).mtimeMs).toBe(mtimeMs);
    expect(steps).toEqual(['converting', 'ready', 'ready']);

    await writeFile(path.join(directory, 'model.onnx'), new Uint8Array(built?.bytes ?? 0));
    expect(await convertModels(root)).toMatchObject([{ built: true }]);
    expect((await hashFile(path.join(directory, 'model.onnx'))).sha256).toBe(built?.sha256);
  });

  it('may run twice at once', async () => {
    const [first, second] = await Promise.all([
      convertModels(root, { force: true }),
      convertModels(root, { force: true }),
    ]);
    expect(first).toMatchObject([{ built: true }]);
    expect(second).toMatchObject([{ built: true }]);
    expect((await readdir(directory)).sort()).toEqual(['model.json', 'model.onnx']);
  });

  it('refuses a result with another hash than the committed one, and leaves nothing behind', async () => {
    const wrong = 'f'.repeat(64);
    await change(/"sha256": "[0-9a-f]{64}"/, `"sha256": "${wrong}"`);
    const [{ sha256 } = { sha256: '' }] = await hashModels(root);

    const refused = expect(convertModels(root)).rejects;
    await refused.toThrow(`${path.join(directory, 'model.onnx')}: converts to SHA-256 ${sha256} (`);
    await expect(convertModels(root)).rejects.toThrow(`model.json says ${wrong}`);
    expect(await readdir(directory)).toEqual(['model.json']);
  });

  it('refuses weights of another version of the package', async () => {
    await change(/"version": "4\.3\.0"/, '"version": "4.2.1"');
    await expect(convertModels(root)).rejects.toThrow('made from nsfwjs 4.2.1, installed is 4.3.0');
  });

  it('refuses a network that is not the one model.json describes', async () => {
    await change(/"width": 1280/, '"width": 1281');
    await expect(convertModels(root)).rejects.toThrow(
      'embedding 1280; model.json says image 224 probs 5 embedding 1281',
    );
  });

  it('refuses a missing file that it has no weights for', async () => {
    await change(/"kind": "npm"/, '"kind": "file", "origin": "elsewhere"');
    await expect(convertModels(root)).rejects.toThrow('is missing');
  });

  it('names the models there are when asked for another', async () => {
    await expect(convertModels(root, { only: ['resnet'] })).rejects.toThrow(`no such model: resnet; there are ${REF}`);
  });
});

describe('convertModels of a version that differs in its recipe alone', () => {
  const TWIN = 'mobilenet_v2/1.1.0';
  const twin = (): string => path.join(root, TWIN);
  beforeEach(async () => {
    await mkdir(twin(), { recursive: true });
    const json = await readFile(path.join(COMMITTED, TWIN, 'model.json'), 'utf8');
    // of weights that are not there: it cannot be converted
    await writeFile(path.join(twin(), 'model.json'), json.replace('"4.3.0"', '"4.2.1"'));
  });

  it('takes the file of the other version, if that is whole', async () => {
    const [first, second] = await convertModels(root);
    expect(second).toMatchObject({ id: TWIN, built: true, sha256: first?.sha256 });
    expect(await hashFile(path.join(twin(), 'model.onnx'))).toEqual({ sha256: first?.sha256, bytes: first?.bytes });

    await rm(path.join(twin(), 'model.onnx'));
    await writeFile(path.join(directory, 'model.onnx'), new Uint8Array(first?.bytes ?? 0));
    await expect(convertModels(root, { only: [TWIN] })).rejects.toThrow('made from nsfwjs 4.2.1');
  });

  it('converts it all the same where that is asked for', async () => {
    await convertModels(root);
    await expect(convertModels(root, { force: true })).rejects.toThrow('made from nsfwjs 4.2.1');
  });
});

describe('convertModels of a variant', () => {
  const VARIANT = 'mobilenet_v2_int8/1.0.0';
  beforeEach(async () => {
    const { variant } = await openManifest(COMMITTED, VARIANT);
    await cp(path.join(COMMITTED, VARIANT), path.join(root, VARIANT), { recursive: true, filter: isNoOnnx });
    await cp(path.join(COMMITTED, variant?.of ?? ''), path.join(root, variant?.of ?? ''), {
      recursive: true,
      filter: isNoOnnx,
    });
    directory = path.join(root, VARIANT);
  });

  it('makes the committed bytes of weights and calibration', async () => {
    const [built] = await convertModels(root, { only: [VARIANT] });
    expect(built).toMatchObject({ id: VARIANT, built: true });
    expect(await hashFile(path.join(directory, 'model.onnx'))).toEqual({ sha256: built?.sha256, bytes: built?.bytes });
  });

  it('refuses what another calibration makes', async () => {
    const file = path.join(directory, CALIBRATION_FILE);
    const { ranges, ...rest } = await readCalibration(file);
    await writeCalibration(file, { ...rest, ranges: { ...ranges, Conv_1: [0, 1.5] } });
    await expect(convertModels(root, { only: [VARIANT] })).rejects.toThrow('converts to SHA-256');
  });

  it('refuses a variant that is not of one piece with its model', async () => {
    await change(/"framesScoredMax": 5/, '"framesScoredMax": 6');
    await expect(convertModels(root, { only: [VARIANT] })).rejects.toThrow('preprocessing differs from that of');
  });

  it('refuses a variant without calibration', async () => {
    await rm(path.join(directory, CALIBRATION_FILE));
    await expect(convertModels(root, { only: [VARIANT] })).rejects.toThrow(`${CALIBRATION_FILE}: is missing`);
  });
});

const isNoOnnx = (file: string): boolean => !file.endsWith('.onnx');

describe('hashModels', () => {
  it('gives the committed hash, and writes nothing', async () => {
    const [model] = await hashModels(root, ['mobilenet_v2']);
    expect(model).toMatchObject({ id: REF, sha256: model?.committed.sha256, bytes: model?.committed.bytes });
    expect(await readdir(directory)).toEqual(['model.json']);
  });
});

import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { readManifest, type ModelManifest } from './manifest.js';

const manifestOf = async (version: string): Promise<Record<string, unknown>> => {
  const file = new URL(`../../../models/${version}/model.json`, import.meta.url);
  return JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
};
const withDecode = async (decode: unknown): Promise<ModelManifest> => {
  const json = await manifestOf('mobilenet_v2/1.0.0');
  const preprocessing = json['preprocessing'];
  return readManifest({ ...json, preprocessing: Object.assign({}, preprocessing, { decode }) }, 'model.json');
};

describe('the recipe of a model.json', () => {
  it('decodes in full when it does not say how, and gains no field by being read', async () => {
    for (const version of ['mobilenet_v2/1.0.0', 'inception_v3/1.0.0']) {
      const json = await manifestOf(version);
      expect(readManifest(json, 'model.json').preprocessing).toEqual(json['preprocessing']);
      expect(json['preprocessing']).not.toHaveProperty('decode');
    }
  });

  it.each(['full', 'shrunk-jpeg'])('may say %s', async (decode) => {
    expect((await withDecode(decode)).preprocessing).toMatchObject({ size: 224, decode });
  });

  it.each(['shrunk', '', 2, {}])('must not say %j', async (decode) => {
    await expect(withDecode(decode)).rejects.toThrow(/preprocessing\.decode is .*expected one of full, shrunk-jpeg/);
  });

  it('of mobilenet_v2/1.1.0 is that of 1.0.0 but for the decode; the weights are the same', async () => {
    const [before, after] = [await manifestOf('mobilenet_v2/1.0.0'), await manifestOf('mobilenet_v2/1.1.0')];
    const preprocessing = Object.assign({}, before['preprocessing'], { decode: 'shrunk-jpeg' });
    expect(after).toEqual({ ...before, version: '1.1.0', preprocessing });
  });
});

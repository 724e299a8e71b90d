import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { viewsMaxOf } from '#contracts/prepared-image.js';
import { readManifest, type ModelManifest } from './manifest.js';

const manifestOf = async (version: string): Promise<Record<string, unknown>> => {
  const file = new URL(`../../../models/${version}/model.json`, import.meta.url);
  return JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
};
const withRecipe = async (differing: Record<string, unknown>): Promise<ModelManifest> => {
  const json = await manifestOf('mobilenet_v2/1.0.0');
  const preprocessing = json['preprocessing'];
  return readManifest({ ...json, preprocessing: Object.assign({}, preprocessing, differing) }, 'model.json');
};
const withDecode = (decode: unknown): Promise<ModelManifest> => withRecipe({ decode });

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

  it.each([[['reference']], [['reference', 'antialiased']], [['tiles', 'reference', 'antialiased']]])(
    'may look by %j',
    async (looks) => {
      expect((await withRecipe({ looks })).preprocessing.looks).toEqual(looks);
    },
  );

  it.each([
    [{ looks: ['reference', 'sideways'] }, /looks\[1\] is "sideways", expected one of reference, antialiased, tiles/],
    [{ looks: 'reference' }, /looks is "reference", expected a list/],
    [{ looks: [] }, /looks must name reference/],
    [{ looks: ['antialiased', 'tiles'] }, /looks must name reference/],
    [{ looks: ['reference', 'tiles', 'tiles'] }, /looks names a look twice/],
    [{ looks: ['reference', 'tiles'], decode: 'shrunk-jpeg' }, /looks are of no use where `decode` leaves a sample/],
    [{ looks: ['reference', 'antialiased'], framesScoredMax: 17 }, /preprocessing makes up to 68 views of an asset/],
    [{ framesScoredMax: 33 }, /preprocessing makes up to 66 views of an asset, at most 64/],
  ])('must not say %j', async (differing, fault) => {
    await expect(withRecipe(differing)).rejects.toThrow(fault);
  });

  it('of inception_v3/1.1.0 is that of 1.0.0 but for the looks; the weights are the same', async () => {
    const [before, after] = [await manifestOf('inception_v3/1.0.0'), await manifestOf('inception_v3/1.1.0')];
    const looks = ['reference', 'antialiased', 'tiles'];
    const preprocessing = Object.assign({}, before['preprocessing'], { looks });
    expect(after).toEqual({ ...before, version: '1.1.0', preprocessing });
    expect(viewsMaxOf(readManifest(after, 'model.json').preprocessing)).toBe(28);
  });
});

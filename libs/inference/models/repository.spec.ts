import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { OnnxGraph } from '../convert/onnx-graph.js';
import { listModels, openModel, type Model } from './repository.js';
import { ModelRefused } from './refused.js';
import { createSession, ModelOutputInvalid, VIEWS_PER_RUN_MAX } from './session.js';

const SIZE = 16;
const VIEW_BYTES = SIZE * SIZE * 3;
const REF = 'tiny/1.0.0';

interface TinyGraph {
  readonly type?: 'uint8' | 'float32';
  readonly batch?: 'N' | 1;
  readonly size?: number;
  readonly input?: string;
  /** What the mean of each channel, 0..255, is multiplied by. */
  readonly weights?: readonly (readonly number[])[];
  readonly softmax?: boolean;
}

const RED_AND_GREEN = [
  [1 / 255, 0, 0],
  [0, 1 / 255, 0],
];

/** A classifier of three weights a class: softmax of the weighted mean colour. */
function tinyOnnx({ type = 'uint8', batch = 'N', size = SIZE, input = 'image', ...rest }: TinyGraph = {}): Uint8Array {
  const { weights = RED_AND_GREEN, softmax = true } = rest;
  const graph = new OnnxGraph();
  graph.input({ name: input, type, shape: [batch, size, size, 3] });
  graph.node('Cast', [input], 'floats', { to: 1 });
  graph.node('Transpose', ['floats'], 'channels', { perm: [0, 3, 1, 2] });
  graph.node('GlobalAveragePool', ['channels'], 'pooled');
  graph.node('Flatten', ['pooled'], 'embedding', { axis: 1 });
  graph.constant('weights', [weights.length, 3], Float32Array.from(weights.flat()));
  graph.node('Gemm', ['embedding', 'weights'], softmax ? 'logits' : 'probs', { transB: 1 });
  if (softmax) graph.node('Softmax', ['logits'], 'probs', { axis: 1 });
  graph.output({ name: 'probs', type: 'float32', shape: [batch, weights.length] });
  graph.output({ name: 'embedding', type: 'float32', shape: [batch, 3] });
  return graph.finish('tiny', {});
}

function tinyManifest(onnx: Uint8Array) {
  return {
    name: 'tiny',
    version: '1.0.0',
    file: 'model.onnx',
    sha256: createHash('sha256').update(onnx).digest('hex'),
    bytes: onnx.length,
    input: { name: 'image', dtype: 'uint8', layout: 'NHWC', size: SIZE },
    outputs: { scores: 'probs', features: { name: 'embedding', width: 3 } },
    classes: ['Red', 'Green'],
    labels: { Green: 'neutral', Red: 'sexual.explicit' },
    preprocessing: {
      size: SIZE,
      resize: 'bilinear-align-corners',
      framesScoredMax: 5,
      backgrounds: ['white', 'black'],
    },
    source: { kind: 'file', origin: 'made by a test' },
    licence: 'Apache-2.0',
  };
}

let root: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'portcullis-models-'));
});
afterEach(async () => {
  await rm(root, { recursive: true });
});

const fileOf = (name: string): string => path.join(root, REF, name);

async function put(manifest: unknown, onnx?: Uint8Array): Promise<void> {
  await mkdir(path.join(root, REF), { recursive: true });
  await writeFile(fileOf('model.json'), typeof manifest === 'string' ? manifest : JSON.stringify(manifest));
  if (onnx) await writeFile(fileOf('model.onnx'), onnx);
}

async function putTiny(graph: TinyGraph = {}, changes: Record<string, unknown> = {}): Promise<Model> {
  const onnx = tinyOnnx(graph);
  await put({ ...tinyManifest(onnx), ...changes }, onnx);
  return openModel(root, REF);
}

async function refusalOf(promise: Promise<unknown>): Promise<{ file: string; faults: readonly string[] }> {
  const error = await promise.then(
    () => new Error('was not refused'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof ModelRefused)) throw error;
  for (const fault of error.faults) expect(error.message).toContain(`${error.file}: ${fault}`);
  return { file: error.file, faults: error.faults };
}

describe('openModel', () => {
  it('gives the identity, the file and the labels in the order of classes', async () => {
    const onnx = tinyOnnx();
    await put(tinyManifest(onnx), onnx);

    expect(await listModels(root)).toEqual([REF]);
    expect(await openModel(root, REF)).toMatchObject({
      id: REF,
      sha256: createHash('sha256').update(onnx).digest('hex'),
      file: fileOf('model.onnx'),
      labels: ['sexual.explicit', 'neutral'],
    });
  });

  it.each(['tiny', '../tiny/1.0.0', 'tiny/1.0.0/..', '/etc/1.0.0'])('refuses the reference %s', async (ref) => {
    expect((await refusalOf(openModel(root, ref))).faults).toEqual([
      'is not a model reference like mobilenet_v2/1.0.0',
    ]);
  });

  it('refuses a model without model.json', async () => {
    expect(await refusalOf(openModel(root, REF))).toEqual({ file: fileOf('model.json'), faults: ['is missing'] });
  });

  it('refuses a model.json that is not JSON', async () => {
    await put('{');
    const { file, faults } = await refusalOf(openModel(root, REF));
    expect(file).toBe(fileOf('model.json'));
    expect(faults).toEqual([expect.stringMatching(/^is not JSON: /)]);
  });

  it('refuses another model in its place', async () => {
    const onnx = tinyOnnx();
    await put({ ...tinyManifest(onnx), version: '1.0.1' }, onnx);
    expect((await refusalOf(openModel(root, REF))).faults).toEqual(['describes tiny/1.0.1, but lies in tiny/1.0.0']);
  });

  it('refuses a model whose file is missing', async () => {
    await put(tinyManifest(tinyOnnx()));
    expect(await refusalOf(openModel(root, REF))).toEqual({
      file: fileOf('model.onnx'),
      faults: ['is missing; build it with `npm run models`'],
    });
  });

  it('refuses a truncated file', async () => {
    const onnx = tinyOnnx();
    await put(tinyManifest(onnx), onnx.subarray(0, -1));
    expect(await refusalOf(openModel(root, REF))).toEqual({
      file: fileOf('model.onnx'),
      faults: [`has ${onnx.length - 1} bytes, model.json says ${onnx.length}`],
    });
  });

  it('refuses a file of the right length with another hash', async () => {
    const onnx = tinyOnnx();
    await put(
      tinyManifest(onnx),
      Uint8Array.from(onnx, (byte, index) => (index === 100 ? byte ^ 1 : byte)),
    );
    const { file, faults } = await refusalOf(openModel(root, REF));
    expect(file).toBe(fileOf('model.onnx'));
    expect(faults).toEqual([expect.stringMatching(/^has SHA-256 [0-9a-f]{64}, model\.json says [0-9a-f]{64}$/)]);
  });

  it('tells all faults of a manifest together', async () => {
    const manifest = tinyManifest(tinyOnnx());
    await put({
      ...manifest,
      sha256: 'ABC',
      bytes: -1,
      file: '../model.onnx',
      input: { ...manifest.input, dtype: 'int8' },
      classes: ['Red', 'Green', 'Blue'],
      labels: { Red: 'sexual', Green: 'neutral', Grey: 'neutral' },
      preprocessing: { size: 32, resize: 'lanczos', framesScoredMax: 5, backgrounds: [] },
      source: undefined,
    });
    const { file, faults } = await refusalOf(openModel(root, REF));
    expect(file).toBe(fileOf('model.json'));
    expect(faults).toEqual([
      'file is "../model.onnx", expected the name of an .onnx file beside model.json',
      'sha256 is "ABC", expected a SHA-256 of 64 hexadecimal digits',
      'bytes is -1, expected an integer in 1..2147483647',
      'input.dtype is "int8", expected one of uint8',
      'labels.Grey maps a class that the model does not have',
      expect.stringMatching(/^labels\.Red is "sexual", expected one of sexual\.explicit, /),
      expect.stringMatching(/^labels\.Blue is missing, expected one of /),
      'preprocessing.backgrounds must name at least one background',
      'preprocessing.resize is "lanczos", expected one of bilinear-align-corners',
      'source.kind is missing, expected one of npm, file',
      'source.origin is missing, expected a text',
      'preprocessing.size is 32, input.size 16',
    ]);
  });
});

describe('createSession', () => {
  it.each<[string, TinyGraph, Record<string, unknown>, string[]]>([
    ['another number of classes', { weights: [[1, 0, 0]] }, {}, ['output `probs` has shape [N, 1], expected [N, 2]']],
    [
      'another size and type of input',
      { size: 8, type: 'float32' },
      {},
      ['input `image` is float32, expected uint8', 'input `image` has shape [N, 8, 8, 3], expected [N, 16, 16, 3]'],
    ],
    [
      'a fixed batch',
      { batch: 1 },
      {},
      [
        'input `image` has shape [1, 16, 16, 3], expected [N, 16, 16, 3]',
        'output `probs` has shape [1, 2], expected [N, 2]',
        'output `embedding` has shape [1, 3], expected [N, 3]',
      ],
    ],
    [
      'another name of input',
      { input: 'picture' },
      {},
      ['wants an input `picture` that model.json does not name', 'has no input `image`'],
    ],
    [
      'no such outputs',
      {},
      { outputs: { scores: 'softmax', features: { name: 'features', width: 3 } } },
      ['has no output `softmax`', 'has no output `features`'],
    ],
  ])('refuses a file with %s', async (_, graph, changes, faults) => {
    const model = await putTiny(graph, changes);
    expect(await refusalOf(createSession(model, { threads: 1 }))).toEqual({ file: model.file, faults });
  });

  it('refuses a file that is no model', async () => {
    const onnx = new TextEncoder().encode('not a model');
    await put(tinyManifest(onnx), onnx);
    const { file, faults } = await refusalOf(
      openModel(root, REF).then((model) => createSession(model, { threads: 1 })),
    );
    expect(file).toBe(fileOf('model.onnx'));
    expect(faults).toEqual([expect.stringMatching(/^cannot be loaded: /)]);
  });
});

describe('ModelSession', () => {
  const red = new Uint8Array(VIEW_BYTES).map((_, index) => (index % 3 === 0 ? 255 : 0));
  const green = new Uint8Array(VIEW_BYTES).map((_, index) => (index % 3 === 1 ? 255 : 0));
  /** Softmax of (1, 0). */
  const winner = Math.E / (Math.E + 1);

  it('scores each view in its row', async () => {
    const session = await createSession(await putTiny(), { threads: 1 });
    const { scores, features } = await session.run([red, green, red]);
    await session.close();

    expect(features).toBeUndefined();
    expect(scores.map((row) => row.map((score) => score.toFixed(5)))).toEqual([
      [winner.toFixed(5), (1 - winner).toFixed(5)],
      [(1 - winner).toFixed(5), winner.toFixed(5)],
      [winner.toFixed(5), (1 - winner).toFixed(5)],
    ]);
  });

  it('gives features when asked, and nothing for nothing', async () => {
    const session = await createSession(await putTiny(), { threads: 1 });
    expect(await session.run([green], { features: true })).toMatchObject({ features: [[0, 255, 0]] });
    expect(await session.run([])).toEqual({ scores: [] });
    await session.close();
  });

  it('refuses views of another length, and too many', async () => {
    const session = await createSession(await putTiny(), { threads: 1 });
    await expect(session.run([red, red.subarray(3)])).rejects.toThrow('a view has 765 bytes, the model wants 768');
    const many = Array.from({ length: VIEWS_PER_RUN_MAX + 1 }, () => red);
    await expect(session.run(many)).rejects.toThrow(RangeError);
    await session.close();
  });

  it.each([NaN, 1, -1])('throws when a score is %d × 255', async (weight) => {
    const weights = [RED_AND_GREEN[0] ?? [], [0, weight, 0]];
    const session = await createSession(await putTiny({ weights, softmax: false }), { threads: 1 });
    expect(await session.run([red]).catch(String)).toEqual(
      Number.isNaN(weight) ? 'ModelOutputInvalid: tiny/1.0.0 answered NaN' : { scores: [[1, 0]] },
    );
    await expect(session.run([green])).rejects.toThrow(ModelOutputInvalid);
    await session.close();
  });
});

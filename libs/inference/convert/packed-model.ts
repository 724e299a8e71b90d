import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { runInNewContext } from 'node:vm';
import { JsonField } from '../models/json.js';

/** A tensor as shipped: one byte a value, `value = byte × scale + min`. */
export interface PackedWeight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
  readonly scale: number;
  readonly min: number;
}

/** A trained network as the package ships it. */
export interface PackedModel {
  /** Keras layers, or a TensorFlow graph. */
  readonly topology: JsonField;
  readonly weights: ReadonlyMap<string, PackedWeight>;
}

/** A model file is at most 6 MB of text; evaluating it takes milliseconds. */
const EVALUATION_MS_MAX = 10_000;

/**
 * Reads one model out of the installed package `nsfwjs`.
 *
 * @param version the package's version that the model must come from
 * @param model directory of the model within the package, for example `mobilenet_v2`
 * @throws Error when the package is missing, has another version, or its files are not as expected
 */
export function readPackedModel(version: string, model: string): PackedModel {
  const root = packageRoot();
  const installed = JsonField.strict(JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')), 'nsfwjs');
  if (installed.get('version').text() !== version) {
    throw new Error(`the models are made from nsfwjs ${version}, installed is ${installed.get('version').text()}`);
  }
  const directory = path.join(root, 'dist', 'models', model);
  const json = JsonField.strict(evaluateScript(path.join(directory, 'model.min.js')), model);
  const weights = json
    .get('weightsManifest')
    .items()
    .flatMap((group) => readGroup(group, directory));
  return { topology: json.get('modelTopology'), weights: new Map(weights.map((weight) => [weight.name, weight])) };
}

/** The tensor's values: rounded to float32, as TensorFlow.js does before it computes with them. */
export function unpack(weight: PackedWeight): Float32Array {
  return Float32Array.from(weight.bytes, (byte) => byte * weight.scale + weight.min);
}

function packageRoot(): string {
  try {
    return path.resolve(createRequire(import.meta.url).resolve('nsfwjs'), '..', '..', '..');
  } catch (error) {
    throw new Error('the package nsfwjs, which holds the trained weights, is not installed', { cause: error });
  }
}

/** Tensors lie one after the other in the shards, in the manifest's order. */
function readGroup(group: JsonField, directory: string): PackedWeight[] {
  const shards = group
    .get('paths')
    .items()
    .map((shard) => shard.text({ matches: /^[\w-]+$/, as: 'the name of a shard' }))
    .map((shard) => readShard(path.join(directory, `${shard}.min.js`)));
  const packed = new Uint8Array(Buffer.concat(shards));
  let offset = 0;
  const weights = group
    .get('weights')
    .items()
    .map((entry) => {
      const weight = readWeight(entry, packed.subarray(offset));
      offset += weight.bytes.length;
      return weight;
    });
  if (offset !== packed.length) throw new Error(`${directory}: ${packed.length - offset} bytes belong to no tensor`);
  return weights;
}

function readWeight(entry: JsonField, packed: Uint8Array): PackedWeight {
  const quantization = entry.get('quantization');
  entry.get('dtype').oneOf(['float32'], 'float32');
  quantization.get('dtype').oneOf(['uint8'], 'uint8');
  const shape = entry
    .get('shape')
    .items()
    .map((side) => side.integer(1));
  const length = shape.reduce((product, side) => product * side, 1);
  if (length > packed.length) entry.fail('reaches beyond the end of the shards');
  return {
    name: entry.get('name').text(),
    shape,
    bytes: packed.subarray(0, length),
    scale: quantization.get('scale').number(),
    min: quantization.get('min').number(),
  };
}

function readShard(file: string): Buffer {
  const base64 = evaluateScript(file);
  if (typeof base64 !== 'string') throw new Error(`${file} does not hold base64 text`);
  return Buffer.from(base64, 'base64');
}

/** Evaluates a bundled CommonJS script that only exports a value; it is given nothing to reach the machine with. */
function evaluateScript(file: string): unknown {
  const module: { exports: unknown } = { exports: {} };
  const globals = { module, exports: module.exports };
  runInNewContext(readFileSync(file, 'utf8'), globals, { filename: file, timeout: EVALUATION_MS_MAX });
  return module.exports;
}

import { isFields, isListOf, isText, type Fields } from '../classifier/fields.js';
import { oipMetadata, type OipModel } from '../oip/oip-model.js';

const isNumber = (value: unknown): value is number => typeof value === 'number';

/**
 * What a server's metadata say otherwise than the model's manifest; empty when they agree. More outputs than the one that
 * is used are no fault. The file's hash is compared where the server tells it: Portcullis does.
 *
 * @param metadata as parsed from the answer
 * @param hashes SHA-256 of the files that may be served: the model's, and its variants'
 */
export function metadataFaults(metadata: unknown, model: OipModel, hashes: readonly string[]): string[] {
  if (!isFields(metadata)) return ['its metadata are no JSON object'];
  const { inputs, outputs } = oipMetadata(model);
  const others = namesOf(metadata['inputs']).filter((name) => name !== model.input.name);
  return [
    ...others.map((name) => `wants an input \`${name}\` that the manifest does not name`),
    ...inputs.flatMap((expected) => tensorFaults('input', metadata['inputs'], expected)),
    ...outputs.flatMap((expected) => tensorFaults('output', metadata['outputs'], expected)),
    ...hashFaults(metadata, hashes),
  ];
}

function tensorFaults(
  kind: 'input' | 'output',
  tensors: unknown,
  expected: { readonly name: string; readonly datatype: string; readonly shape: readonly number[] },
): string[] {
  const what = `${kind} \`${expected.name}\``;
  const tensor = fieldsIn(tensors).find(({ name }) => name === expected.name);
  if (tensor === undefined) return [`has no ${what}`];
  const { datatype, shape } = tensor;
  const faults: string[] = [];
  if (datatype !== expected.datatype) faults.push(`${what} is ${words(datatype)}, expected ${expected.datatype}`);
  if (!isListOf(shape, isNumber) || shape.join() !== expected.shape.join()) {
    faults.push(`${what} has shape ${words(shape)}, expected ${words(expected.shape)}`);
  }
  return faults;
}

/** What a server tells about the file that it serves; undefined where it does not. */
export function servedHash(metadata: unknown): unknown {
  return parameterOf(metadata, 'sha256');
}

function hashFaults(metadata: unknown, hashes: readonly string[]): string[] {
  const served = servedHash(metadata);
  if (served === undefined || hashes.some((hash) => hash === served)) return [];
  const model = parameterOf(metadata, 'model');
  const whose = model === undefined ? '' : ` of ${words(model)}`;
  return [`serves SHA-256 ${words(served)}${whose}, not ${hashes.join(' or ')}`];
}

function parameterOf(metadata: unknown, name: string): unknown {
  const parameters = isFields(metadata) ? metadata['parameters'] : undefined;
  return isFields(parameters) ? parameters[name] : undefined;
}

const fieldsIn = (value: unknown): Fields[] => (Array.isArray(value) ? value.filter(isFields) : []);

const namesOf = (tensors: unknown): string[] => fieldsIn(tensors).flatMap(({ name }) => (isText(name) ? [name] : []));

const WORDS_MAX = 100;

/** Of what a server said: never much of it. */
const words = (value: unknown): string => (value === undefined ? 'missing' : JSON.stringify(value).slice(0, WORDS_MAX));

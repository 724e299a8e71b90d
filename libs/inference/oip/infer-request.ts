import { OIP_PRIORITY } from '#contracts/oip.js';
import { Problem } from '#contracts/problems.js';
import type { TrafficClass } from '#moderation/words.js';
import { isAmount, isCount, isFields, isListOf, isOneOf, isText, type Fields } from '../classifier/fields.js';
import { OIP_VIEWS_MAX, oipViewBytes, type OipModel } from './oip-model.js';
import type { TensorText } from './tensor-text.js';

/** A request to score views, as far as it concerns who scores them. */
export interface InferRequest {
  /** Comes back with the answer. */
  readonly id: string | undefined;
  readonly views: readonly Uint8Array[];
  readonly trafficClass: TrafficClass;
  /** What the client will wait; undefined where it does not say. */
  readonly timeoutMs: number | undefined;
  /** Scores are wanted in binary. */
  readonly binary: boolean;
}

/** The parts of a body, taken apart. */
export interface InferBody {
  readonly json: unknown;
  /** Each `data` array of the JSON, whose place holds its index. */
  readonly tensors: readonly TensorText[];
  /** What follows the JSON. */
  readonly binary: Uint8Array;
}

const ID_CHARACTERS_MAX = 200;
const MICROSECONDS = 1_000;

/** @throws Problem `invalid-request` that says what the model takes */
export function readInferRequest({ json, tensors, binary }: InferBody, model: OipModel): InferRequest {
  const request = objectOr(json, 'the request');
  const parameters = objectOr(request['parameters'] ?? {}, '`parameters`');
  const bytes = readInput(request['inputs'], { json, tensors, binary }, model);
  const viewBytes = oipViewBytes(model);
  const views = Array.from({ length: bytes.length / viewBytes }, (_, index) =>
    bytes.subarray(index * viewBytes, (index + 1) * viewBytes),
  );
  return {
    id: readId(request['id']),
    views,
    trafficClass: readPriority(parameters['priority']),
    timeoutMs: readTimeout(parameters['timeout']),
    binary: readOutputs(request['outputs'], readFlag(parameters, 'binary_data_output') ?? false, model),
  };
}

/** The body is one tensor and nothing else: the model's only input, and all outputs in binary. */
export function readRawRequest(binary: Uint8Array, model: OipModel): InferRequest {
  const { input } = model;
  const shape = [binary.length / oipViewBytes(model), input.size, input.size, 3];
  const tensor = { name: input.name, datatype: 'UINT8', shape, parameters: { binary_data_size: binary.length } };
  const json = { parameters: { binary_data_output: true }, inputs: [tensor] };
  return readInferRequest({ json, tensors: [], binary }, model);
}

/** The bytes of all views, one after the other. */
function readInput(value: unknown, { tensors, binary }: InferBody, model: OipModel): Uint8Array {
  const { name, size } = model.input;
  if (!Array.isArray(value) || value.length !== 1) throw invalid(`\`inputs\` must hold one tensor, \`${name}\`.`);
  const input = objectOr(value[0], 'an input');
  if (input['name'] !== name) throw invalid(`The model has no such input; it takes \`${name}\`.`);
  if (input['datatype'] !== 'UINT8') throw invalid(`\`${name}\` must be UINT8.`);
  const shape = input['shape'];
  const [views, ...sides] = isListOf(shape, isAmount) ? shape : [];
  if (sides.join() !== [size, size, 3].join() || !isCount(views) || views > OIP_VIEWS_MAX) {
    throw invalid(`\`${name}\` must have shape [N, ${size}, ${size}, 3], N from 1 to ${OIP_VIEWS_MAX}.`);
  }
  const bytes = readData(input, { tensors, binary }, [views, ...sides]);
  const expected = views * oipViewBytes(model);
  if (bytes.length !== expected) {
    throw invalid(`\`${name}\` has ${bytes.length} numbers, its shape says ${expected}.`);
  }
  return bytes;
}

function readData(input: Fields, { tensors, binary }: Omit<InferBody, 'json'>, shape: readonly number[]): Uint8Array {
  const bytes = objectOr(input['parameters'] ?? {}, '`parameters` of an input')['binary_data_size'];
  if (bytes !== undefined) {
    if ('data' in input) throw invalid('An input has `data` and `binary_data_size`; one of them must do.');
    if (bytes !== binary.length) throw invalid(`${binary.length} bytes follow the JSON, not \`binary_data_size\`.`);
    return binary;
  }
  if (binary.length > 0) throw invalid('Bytes follow the JSON, but no input has `binary_data_size`.');
  const [tensor, ...others] = tensors;
  if (tensor === undefined || others.length > 0 || input['data'] !== 0) {
    throw invalid('An input must have `data`, an array, or `binary_data_size`.');
  }
  if (!tensor.isNestedAs(shape)) throw invalid('`data` is nested in another way than `shape` says.');
  return tensor.values();
}

/** @returns whether the scores are wanted in binary */
function readOutputs(value: unknown, binary: boolean, { output }: OipModel): boolean {
  if (value === undefined) return binary;
  if (!Array.isArray(value) || value.length !== 1)
    throw invalid(`\`outputs\` may hold one output, \`${output.name}\`.`);
  const wanted = objectOr(value[0], 'an output');
  if (wanted['name'] !== output.name) throw invalid(`This output is not offered; \`${output.name}\` is.`);
  const parameters = objectOr(wanted['parameters'] ?? {}, '`parameters` of an output');
  if ('classification' in parameters) throw invalid('The classification extension is not offered.');
  return readFlag(parameters, 'binary_data') ?? binary;
}

function readId(id: unknown): string | undefined {
  if (id === undefined) return undefined;
  if (!isText(id) || id.length > ID_CHARACTERS_MAX) {
    throw invalid(`\`id\` must be a text of at most ${ID_CHARACTERS_MAX} characters.`);
  }
  return id;
}

/** Triton's levels: 1 goes first; 0 is the default. */
function readPriority(priority: unknown = 0): TrafficClass {
  if (!isOneOf([0, 1, 2, 3], priority)) throw invalid('`priority` must be 0, 1 (urgent), 2 (normal) or 3 (bulk).');
  if (priority === OIP_PRIORITY.urgent) return 'urgent';
  return priority === OIP_PRIORITY.bulk ? 'bulk' : 'normal';
}

/** Microseconds to milliseconds; 0 is no time-out. */
function readTimeout(timeout: unknown = 0): number | undefined {
  if (!isAmount(timeout) || !Number.isInteger(timeout)) throw invalid('`timeout` must be whole microseconds.');
  return timeout === 0 ? undefined : timeout / MICROSECONDS;
}

function readFlag(fields: Fields, name: string): boolean | undefined {
  const value = fields[name];
  if (value !== undefined && typeof value !== 'boolean') throw invalid(`\`${name}\` must be true or false.`);
  return value;
}

function objectOr(value: unknown, what: string): Fields {
  if (!isFields(value)) throw invalid(`${what} must be a JSON object.`);
  return value;
}

const invalid = (detail: string): Problem => new Problem('invalid-request', detail);

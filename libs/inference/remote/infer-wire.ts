import { OIP_JSON_LENGTH_HEADER, type OipInferRequest } from '#contracts/oip.js';
import { isFields, isListOf, isScore } from '../classifier/fields.js';
import type { OipModel } from '../oip/oip-model.js';
import type { HttpAnswer } from './http-connection.js';

/** Names, shapes and parameters of an answer. */
const JSON_BYTES_MAX = 65_536;
/** `0.30000001192092896, ` in JSON; four bytes in binary. */
const BYTES_PER_SCORE_MAX = 32;
const MICROSECONDS = 1_000;
const FLOAT_BYTES = 4;

/** Longest answer to a request of so many views. */
export const answerBytesMax = (views: number, { output }: OipModel): number =>
  JSON_BYTES_MAX + views * output.classes * BYTES_PER_SCORE_MAX;

/** A request as it goes on the wire: JSON, then all views in binary. */
export function writeInferRequest(
  views: readonly Uint8Array[],
  { input, output }: OipModel,
  timeoutMs: number,
): { readonly headers: Readonly<Record<string, string>>; readonly body: Buffer } {
  const bytes = views.reduce((sum, view) => sum + view.length, 0);
  const request: OipInferRequest = {
    parameters: { timeout: Math.max(1, Math.round(timeoutMs * MICROSECONDS)), binary_data_output: true },
    inputs: [
      {
        name: input.name,
        datatype: 'UINT8',
        shape: [views.length, input.size, input.size, 3],
        parameters: { binary_data_size: bytes },
      },
    ],
    outputs: [{ name: output.name }],
  };
  const json = Buffer.from(JSON.stringify(request));
  return {
    headers: { 'content-type': 'application/octet-stream', [OIP_JSON_LENGTH_HEADER]: String(json.length) },
    body: Buffer.concat([json, ...views]),
  };
}

/** Reads the scores, in binary or JSON. @returns one row per view, or in words why the answer is none */
export function readInferAnswer(
  { headers, body }: Pick<HttpAnswer, 'headers' | 'body'>,
  views: number,
  { output }: OipModel,
): readonly (readonly number[])[] | string {
  const header = headers[OIP_JSON_LENGTH_HEADER];
  const jsonLength = header === undefined ? body.length : Number(header);
  if (!Number.isInteger(jsonLength) || jsonLength < 0 || jsonLength > body.length) return 'a JSON part of no length';
  const answer = parse(body.subarray(0, jsonLength));
  const outputs: readonly unknown[] = isFields(answer) && Array.isArray(answer['outputs']) ? answer['outputs'] : [];
  const [tensor, ...others] = outputs;
  if (!isFields(tensor) || others.length > 0 || tensor['name'] !== output.name) return `no output \`${output.name}\``;
  const shape = [views, output.classes];
  if (tensor['datatype'] !== 'FP32' || String(tensor['shape']) !== String(shape)) return 'an output of another shape';
  const values = readValues(tensor['parameters'], tensor['data'], body.subarray(jsonLength));
  if (!isListOf(values, isScore)) return 'numbers that are no scores';
  if (values.length !== views * output.classes) return `${values.length} scores for ${shape.join(' × ')}`;
  return Array.from({ length: views }, (_, row) => values.slice(row * output.classes, (row + 1) * output.classes));
}

/** @param rest what follows the JSON. @returns undefined when there are none, or the bytes are not as many as announced */
function readValues(parameters: unknown, data: unknown, rest: Buffer): unknown {
  const bytes = isFields(parameters) ? parameters['binary_data_size'] : undefined;
  if (bytes === undefined) return Array.isArray(data) ? data.flat(Infinity) : undefined;
  if (bytes !== rest.length || rest.length % FLOAT_BYTES !== 0) return undefined;
  return Array.from({ length: rest.length / FLOAT_BYTES }, (_, index) => rest.readFloatLE(index * FLOAT_BYTES));
}

function parse(json: Buffer): unknown {
  try {
    return JSON.parse(json.toString('utf8'));
  } catch {
    return undefined;
  }
}

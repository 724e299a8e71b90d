import { OIP_JSON_LENGTH_HEADER, type OipInferAnswer, type OipTensor } from '#contracts/oip.js';
import type { OipModel } from './oip-model.js';

/** An answer as it goes on the wire. */
export interface AnswerOnWire {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

interface AnswerOptions {
  readonly id: string | undefined;
  /** Scores in binary, little-endian, behind the JSON. */
  readonly binary: boolean;
}

/** @param scores one row per view, one number per class */
export function writeInferAnswer(
  scores: readonly (readonly number[])[],
  model: OipModel,
  { id, binary }: AnswerOptions,
): AnswerOnWire {
  const { name, classes } = model.output;
  const tensor = { name, datatype: 'FP32', shape: [scores.length, classes] };
  const answerWith = (output: OipTensor): Buffer => {
    const ids = id === undefined ? {} : { id };
    const answer: OipInferAnswer = {
      ...ids,
      model_name: model.name,
      model_version: model.version,
      outputs: [output],
    };
    return Buffer.from(JSON.stringify(answer));
  };
  if (!binary) {
    return { headers: { 'content-type': 'application/json' }, body: answerWith({ ...tensor, data: scores.flat() }) };
  }
  const bytes = floats(scores.flat());
  const json = answerWith({ ...tensor, parameters: { binary_data_size: bytes.length } });
  return {
    headers: { 'content-type': 'application/octet-stream', [OIP_JSON_LENGTH_HEADER]: String(json.length) },
    body: Buffer.concat([json, bytes]),
  };
}

function floats(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeFloatLE(value, index * 4);
  return bytes;
}

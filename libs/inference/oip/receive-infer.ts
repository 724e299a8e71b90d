import { Problem } from '#contracts/problems.js';
import { readInferRequest, readRawRequest, type InferRequest } from './infer-request.js';
import { InferText, JSON_BYTES_MAX } from './infer-text.js';
import { OIP_VIEWS_MAX, oipViewBytes, type OipModel } from './oip-model.js';
import { TensorFault } from './tensor-text.js';

/** `255, ` is five bytes; line breaks and brackets are to have room, an endless blank is not. */
const TEXT_BYTES_PER_NUMBER = 8;

/**
 * Reads an inference request as it arrives. What it holds in memory is bounded by the model's input: `OIP_VIEWS_MAX`
 * views as bytes, and some kilobytes of JSON.
 *
 * @param jsonLength the header `Inference-Header-Content-Length`, when there is one
 * @throws Problem `invalid-request` or `too-large`
 */
export async function receiveInfer(
  body: AsyncIterable<Uint8Array>,
  jsonLength: string | undefined,
  model: OipModel,
): Promise<InferRequest> {
  const numbersMax = OIP_VIEWS_MAX * oipViewBytes(model);
  const parts = new BodyParts(readLength(jsonLength), numbersMax);
  try {
    for await (const chunk of body) parts.take(chunk);
    return parts.read(model);
  } catch (error) {
    if (error instanceof TensorFault) throw new Problem('invalid-request', `${error.message}.`);
    throw isHungUp(error) ? new Problem('invalid-request', 'The connection ended before the request did.') : error;
  }
}

/** JSON first, and as many bytes of it as the header says; what follows is binary. */
class BodyParts {
  private readonly text: InferText;
  private readonly binary: Uint8Array[] = [];
  private jsonBytes = 0;
  private binaryBytes = 0;

  /** @param jsonLength Infinity when the whole body is JSON */
  constructor(
    private readonly jsonLength: number,
    private readonly numbersMax: number,
  ) {
    this.text = new InferText(numbersMax);
  }

  take(chunk: Uint8Array): void {
    const json = chunk.subarray(0, this.jsonLength - this.jsonBytes);
    const binary = chunk.subarray(json.length);
    this.jsonBytes += json.length;
    this.binaryBytes += binary.length;
    const textMax = JSON_BYTES_MAX + this.numbersMax * TEXT_BYTES_PER_NUMBER;
    if (this.binaryBytes > this.numbersMax || this.jsonBytes > textMax) {
      throw new Problem('too-large', `A request may hold ${OIP_VIEWS_MAX} views, ${this.numbersMax} bytes in binary.`);
    }
    this.text.take(json);
    if (binary.length > 0) this.binary.push(binary);
  }

  read(model: OipModel): InferRequest {
    const binary = Buffer.concat(this.binary);
    if (this.jsonLength === 0) return readRawRequest(binary, model);
    if (this.jsonLength !== Infinity && this.jsonBytes < this.jsonLength) {
      throw new TensorFault('the body ends before the JSON that its header announces');
    }
    return readInferRequest({ ...this.text.finish(), binary }, model);
  }
}

function readLength(header: string | undefined): number {
  if (header === undefined) return Infinity;
  const length = /^\d{1,9}$/.test(header) ? Number(header) : NaN;
  if (Number.isNaN(length)) {
    throw new Problem('invalid-request', 'Inference-Header-Content-Length must be the number of bytes of the JSON.');
  }
  return length;
}

/** The client went away, or was cut for taking too long. */
const isHungUp = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ECONNRESET';

import type { ProblemBody } from './problems.js';

/**
 * The Open Inference Protocol v2 over HTTP (KServe's specification, with Triton's extensions `binary_tensor_data` and
 * `schedule_policy`), as far as it is spoken here, on either side.
 */
export const OIP_EXTENSIONS = ['binary_tensor_data', 'schedule_policy'] as const;

/** Says how many bytes of a body are JSON; tensors in binary follow them. */
export const OIP_JSON_LENGTH_HEADER = 'inference-header-content-length';

/** `parameters.priority` of a request, and what it means here. 0, the default, is normal. */
export const OIP_PRIORITY = { urgent: 1, normal: 2, bulk: 3 } as const;

export interface OipServerMetadata {
  readonly name: string;
  readonly version: string;
  readonly extensions: readonly string[];
}

export interface OipTensorMetadata {
  readonly name: string;
  readonly datatype: string;
  /** -1 stands for any number. */
  readonly shape: readonly number[];
}

export interface OipModelMetadata {
  readonly name: string;
  readonly versions: readonly string[];
  readonly platform: string;
  readonly inputs: readonly OipTensorMetadata[];
  readonly outputs: readonly OipTensorMetadata[];
  /** Portcullis names the file that it serves, and its model version: a variant's under the name of its model. Others cannot. */
  readonly parameters: { readonly sha256: string; readonly model: string };
}

/** A tensor in a request or an answer; `binary_data_size` stands for `data` that follows the JSON. */
export interface OipTensor {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
  readonly parameters?: { readonly binary_data_size: number };
  readonly data?: readonly number[];
}

export interface OipInferRequest {
  readonly id?: string;
  readonly parameters?: {
    readonly priority?: number;
    /** Microseconds. */
    readonly timeout?: number;
    readonly binary_data_output?: boolean;
  };
  readonly inputs: readonly OipTensor[];
  readonly outputs?: readonly { readonly name: string; readonly parameters?: { readonly binary_data?: boolean } }[];
}

export interface OipInferAnswer {
  readonly id?: string;
  readonly model_name: string;
  readonly model_version: string;
  readonly outputs: readonly OipTensor[];
}

export interface OipServerLive {
  readonly live: true;
}

export interface OipServerReady extends OipServerLive {
  readonly ready: boolean;
}

export interface OipModelReady {
  readonly name: string;
  readonly ready: boolean;
}

/** A problem with the member that the protocol's clients read. */
export interface OipProblem extends ProblemBody {
  readonly error: string;
}

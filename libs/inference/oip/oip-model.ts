import type { OipModelMetadata } from '#contracts/oip.js';
import type { ModelManifest } from '../models/manifest.js';
import { modelId } from '../models/repository.js';

/** What the protocol says about one model version: its names, and the shapes of its tensors. */
export interface OipModel {
  readonly name: string;
  readonly version: string;
  /** Of the file that answers. */
  readonly sha256: string;
  /** `<name>/<version>` of the file that answers: another than is asked for where a variant takes its place. */
  readonly servedRef: string;
  /** UINT8 `[N, size, size, 3]`. */
  readonly input: { readonly name: string; readonly size: number };
  /** FP32 `[N, classes]`, each number in 0..1. */
  readonly output: { readonly name: string; readonly classes: number };
}

/** Views in one request: what a micro-batch may hold. */
export const OIP_VIEWS_MAX = 16;

export function oipModel(manifest: ModelManifest): OipModel {
  const { name, version, sha256, input, outputs, classes } = manifest;
  return {
    name,
    version,
    sha256,
    servedRef: modelId(manifest),
    input: { name: input.name, size: input.size },
    output: { name: outputs.scores, classes: classes.length },
  };
}

/** A model under every name that it is asked for by: its own, and that of the model whose variant it is. */
export function oipModels(manifest: ModelManifest): OipModel[] {
  const own = oipModel(manifest);
  const [name, version] = manifest.variant?.of.split('/') ?? [];
  return name === undefined || version === undefined ? [own] : [own, { ...own, name, version }];
}

/** Bytes of one view. */
export const oipViewBytes = ({ input }: OipModel): number => input.size ** 2 * 3;

export function oipMetadata({ name, version, sha256, servedRef, input, output }: OipModel): OipModelMetadata {
  return {
    name,
    versions: [version],
    platform: 'onnxruntime_onnx',
    inputs: [{ name: input.name, datatype: 'UINT8', shape: [-1, input.size, input.size, 3] }],
    outputs: [{ name: output.name, datatype: 'FP32', shape: [-1, output.classes] }],
    parameters: { sha256, model: servedRef },
  };
}

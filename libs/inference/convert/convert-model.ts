import { modelId } from '../models/repository.js';
import type { ModelManifest } from '../models/manifest.js';
import type { Calibration } from './calibration.js';
import { emitOnnx } from './emit.js';
import { networkFromGraphModel } from './from-graph-model.js';
import { networkFromKeras } from './from-keras.js';
import { EMBEDDING, IMAGE, PROBS, type Network } from './network.js';
import { readPackedModel } from './packed-model.js';
import { quantizeNetwork } from './quantize-network.js';

/**
 * Converts the weights that a manifest's source names into an ONNX file, the same bytes on every machine: float32, or
 * int8 where a calibration says how. Takes seconds and blocks; the heavy model needs about half a gigabyte of memory
 * meanwhile.
 *
 * @throws Error when the source is not the package `nsfwjs`, or does not hold what the manifest says
 */
export function convertModel(manifest: ModelManifest, calibration?: Calibration): Uint8Array {
  const network = networkOf(manifest);
  const { source, classes, licence, name } = manifest;
  return emitOnnx(calibration ? quantizeNetwork(network, calibration) : network, name, {
    classes: classes.join(','),
    licence,
    source: source.kind === 'npm' ? `${source.package}@${source.version}/${source.model}` : source.origin,
  });
}

/** The float32 network of the weights that a manifest's source names. @throws Error as `convertModel` does */
export function networkOf(manifest: ModelManifest): Network {
  const { source, input, outputs, classes } = manifest;
  if (source.kind !== 'npm' || source.package !== 'nsfwjs') {
    throw new Error(`${modelId(manifest)} is not made from the package nsfwjs`);
  }
  const packed = readPackedModel(source.version, source.model);
  const network = packed.topology.has('node') ? networkFromGraphModel(packed) : networkFromKeras(packed);
  const made = [IMAGE, network.size, PROBS, network.classes, EMBEDDING, network.features].join(' ');
  const { name, width } = outputs.features;
  const expected = [input.name, input.size, outputs.scores, classes.length, name, width].join(' ');
  if (made !== expected) throw new Error(`${modelId(manifest)}: the network has ${made}; model.json says ${expected}`);
  return network;
}

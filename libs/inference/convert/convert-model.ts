import { modelId } from '../model-repository.js';
import type { ModelManifest } from '../model-manifest.js';
import { emitOnnx } from './emit.js';
import { networkFromGraphModel } from './from-graph-model.js';
import { networkFromKeras } from './from-keras.js';
import { EMBEDDING, IMAGE, PROBS } from './network.js';
import { readPackedModel } from './packed-model.js';

/**
 * Converts the weights that a manifest's source names into an ONNX file: float32, the same bytes on every machine.
 * Takes seconds and blocks; the heavy model needs about half a gigabyte of memory meanwhile.
 *
 * @throws Error when the source is not the package `nsfwjs`, or does not hold what the manifest says
 */
export function convertModel(manifest: ModelManifest): Uint8Array {
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
  return emitOnnx(network, manifest.name, {
    classes: classes.join(','),
    licence: manifest.licence,
    source: `${source.package}@${source.version}/${source.model}`,
  });
}

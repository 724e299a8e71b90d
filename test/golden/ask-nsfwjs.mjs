/**
 * What the original gives: nsfwjs and TensorFlow.js (WebAssembly), in a process of their own, since they do not load
 * under Jest. Bytes come on standard input, JSON goes to standard output.
 *
 *   node ask-nsfwjs.mjs scores <model of nsfwjs> <size> <count>   RGB images, size × size  → { classes, scores, features }
 *   node ask-nsfwjs.mjs resize <width> <height> <size> ...        RGB images, in threes    → number[][], 0..255
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { load } from 'nsfwjs/core';

/** Name of each model in nsfwjs, its definition, and what gives its pooled features. */
const MODELS = {
  mobilenet_v2: { name: 'MobileNetV2', definition: 'MobileNetV2Model', layer: 'flatten_1' },
  mobilenet_v2_mid: { name: 'MobileNetV2Mid', definition: 'MobileNetV2MidModel', node: /SpatialSqueeze$/ },
  inception_v3: { name: 'InceptionV3', definition: 'InceptionV3Model', layer: 'flatten_1' },
};

async function scores(model, size, count) {
  const { name, definition, layer, node } = MODELS[model];
  const nsfw = await load(name, { modelDefinitions: [(await import(`nsfwjs/models/${model}`))[definition]] });
  const bytes = readFileSync(0);
  const answer = { classes: [], scores: [], features: [] };
  for (let index = 0; index < count; index++) {
    const pixels = bytes.subarray(index * size * size * 3, (index + 1) * size * size * 3);
    const image = tf.tensor3d(new Int32Array(pixels), [size, size, 3], 'int32');
    const ranked = await nsfw.classify(image);
    const named = new Map(ranked.map(({ className, probability }) => [className, probability]));
    answer.classes = [...named.keys()].sort();
    answer.scores.push(answer.classes.map((className) => named.get(className)));
    answer.features.push([...(await features(nsfw, image, layer, node))]);
    image.dispose();
  }
  return answer;
}

async function features(nsfw, image, layer, node) {
  if (layer) return nsfw.infer(image, layer).data();
  const operator = Object.keys(nsfw.model.executor.graph.nodes).find((candidate) => node.test(candidate));
  return nsfw.model.execute(image.toFloat().div(255).expandDims(0), operator).data();
}

async function resize(cases) {
  const bytes = readFileSync(0);
  const answers = [];
  let offset = 0;
  for (let index = 0; index < cases.length; index += 3) {
    const [width, height, size] = cases.slice(index, index + 3);
    const pixels = bytes.subarray(offset, (offset += width * height * 3));
    const image = tf.tensor3d(new Int32Array(pixels), [height, width, 3], 'int32').toFloat();
    answers.push([...(await tf.image.resizeBilinear(image, [size, size], true).data())]);
  }
  return answers;
}

// nsfwjs greets on the console; standard output is for the answer.
console.info = () => undefined;
const backend = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
setWasmPaths(`${path.dirname(backend)}/`);
setThreadsCount(1);
await tf.setBackend('wasm');
await tf.ready();
const [task, ...parameters] = process.argv.slice(2);
const answer =
  task === 'scores'
    ? await scores(parameters[0], Number(parameters[1]), Number(parameters[2]))
    : await resize(parameters.map(Number));
process.stdout.write(JSON.stringify(answer));

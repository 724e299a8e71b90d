import {
  DECODES,
  LOOKS,
  VIEWS_PER_ASSET_MAX,
  viewsMaxOf,
  type Look,
  type Preprocessing,
} from '#contracts/prepared-image.js';
import { LABELS, type Label } from '#moderation/label.js';
import { JsonField } from './json.js';
import { ModelRefused } from './refused.js';
import { readVariant, type ModelVariant } from './variant.js';

/** Where a model's file comes from: converted from an npm package's weights, or put there by hand. */
type ModelSource =
  | {
      readonly kind: 'npm';
      readonly package: string;
      readonly version: string;
      readonly model: string;
      readonly licenceFile: string;
    }
  | { readonly kind: 'file'; readonly origin: string };

/** One immutable version of a model, as its `model.json` tells it. */
export interface ModelManifest {
  readonly name: string;
  readonly version: string;
  /** Name of the ONNX file beside `model.json`. */
  readonly file: string;
  readonly sha256: string;
  readonly bytes: number;
  /** One tensor `[N, size, size, 3]` of RGB bytes. */
  readonly input: {
    readonly name: string;
    readonly dtype: 'uint8';
    readonly layout: 'NHWC';
    readonly size: number;
  };
  readonly outputs: {
    /** `[N, classes]`, float32, each number in 0..1. */
    readonly scores: string;
    /** `[N, width]`, float32: what the last layer saw of the image. */
    readonly features: { readonly name: string; readonly width: number };
  };
  readonly classes: readonly string[];
  /** The label of each class. */
  readonly labels: Readonly<Record<string, Label>>;
  readonly preprocessing: Preprocessing;
  readonly source: ModelSource;
  /** SPDX identifier. */
  readonly licence: string;
  /** Present where this is a variant of another model. */
  readonly variant?: ModelVariant;
}

const NAME = { matches: /^[a-z0-9]+([_-][a-z0-9]+)*$/, as: 'a name of a-z, 0-9, _ and -' };
const VERSION = { matches: /^\d+\.\d+\.\d+$/, as: 'a version like 1.0.0' };
const FILE = { matches: /^[\w-]+\.onnx$/, as: 'the name of an .onnx file beside model.json' };
const SHA256 = { matches: /^[0-9a-f]{64}$/, as: 'a SHA-256 of 64 hexadecimal digits' };
/** Larger inputs would make one view cost more than a photograph's pixels carry; smaller ones see nothing. */
const SIDE_PIXELS = { min: 16, max: 1024 };
const CLASSES_MAX = 1000;
const FEATURES_MAX = 65_536;
const BACKGROUNDS = ['white', 'black'] as const;
const FRAMES_SCORED_MAX = 64;
/** ONNX files over 2 GB cannot be one protobuf message. */
const MODEL_BYTES_MAX = 2 ** 31 - 1;

/**
 * Checks a parsed `model.json`.
 *
 * @param file its path, to name in faults
 * @throws ModelRefused with all faults together
 */
export function readManifest(json: unknown, file: string): ModelManifest {
  const faults: string[] = [];
  const root = new JsonField(json, '', (path, problem) => faults.push(`${path} ${problem}`.trim()));
  const classes = readClasses(root.get('classes'));
  const manifest: ModelManifest = {
    name: root.get('name').text(NAME),
    version: root.get('version').text(VERSION),
    file: root.get('file').text(FILE),
    sha256: root.get('sha256').text(SHA256),
    bytes: root.get('bytes').integer(1, MODEL_BYTES_MAX),
    input: {
      name: root.get('input').get('name').text(),
      dtype: root.get('input').get('dtype').oneOf(['uint8'], 'uint8'),
      layout: root.get('input').get('layout').oneOf(['NHWC'], 'NHWC'),
      size: root.get('input').get('size').integer(SIDE_PIXELS.min, SIDE_PIXELS.max),
    },
    outputs: {
      scores: root.get('outputs').get('scores').text(),
      features: {
        name: root.get('outputs').get('features').get('name').text(),
        width: root.get('outputs').get('features').get('width').integer(1, FEATURES_MAX),
      },
    },
    classes,
    labels: readLabels(root.get('labels'), classes),
    preprocessing: readPreprocessing(root.get('preprocessing')),
    source: readSource(root.get('source')),
    licence: root.get('licence').text(),
    ...(root.has('variant') ? { variant: readVariant(root.get('variant')) } : {}),
  };
  if (manifest.preprocessing.size !== manifest.input.size) {
    root.get('preprocessing').get('size').fail(`is ${manifest.preprocessing.size}, input.size ${manifest.input.size}`);
  }
  if (faults.length > 0) throw new ModelRefused(file, faults);
  return manifest;
}

function readClasses(field: JsonField): string[] {
  const classes = field.items().map((item) => item.text());
  if (classes.length < 2 || classes.length > CLASSES_MAX) field.fail(`must hold 2 to ${CLASSES_MAX} classes`);
  if (new Set(classes).size !== classes.length) field.fail('names a class twice');
  return classes;
}

function readLabels(field: JsonField, classes: readonly string[]): Record<string, Label> {
  for (const key of field.keys()) {
    if (!classes.includes(key)) field.get(key).fail('maps a class that the model does not have');
  }
  return Object.fromEntries(classes.map((name) => [name, field.get(name).oneOf(LABELS, 'neutral')]));
}

function readPreprocessing(field: JsonField): Preprocessing {
  const backgrounds = field
    .get('backgrounds')
    .items()
    .map((item) => item.oneOf(BACKGROUNDS, 'white'));
  if (backgrounds.length === 0) field.get('backgrounds').fail('must name at least one background');
  if (new Set(backgrounds).size !== backgrounds.length) field.get('backgrounds').fail('names a background twice');
  const recipe: Preprocessing = {
    size: field.get('size').integer(SIDE_PIXELS.min, SIDE_PIXELS.max),
    ...(field.has('decode') ? { decode: field.get('decode').oneOf(DECODES, 'full') } : {}),
    resize: field.get('resize').oneOf(['bilinear-align-corners'], 'bilinear-align-corners'),
    ...(field.has('looks') ? { looks: readLooks(field.get('looks')) } : {}),
    framesScoredMax: field.get('framesScoredMax').integer(1, FRAMES_SCORED_MAX),
    backgrounds,
  };
  const views = viewsMaxOf(recipe);
  if (views > VIEWS_PER_ASSET_MAX) field.fail(`makes up to ${views} views of an asset, at most ${VIEWS_PER_ASSET_MAX}`);
  if (recipe.decode === 'shrunk-jpeg' && (recipe.looks ?? []).length > 1) {
    field.get('looks').fail('are of no use where `decode` leaves a sample: they want every pixel');
  }
  return recipe;
}

function readLooks(field: JsonField): Look[] {
  const looks = field.items().map((item) => item.oneOf(LOOKS, 'reference'));
  if (!looks.includes('reference')) field.fail('must name reference: of a small frame there is no other view');
  if (new Set(looks).size !== looks.length) field.fail('names a look twice');
  return looks;
}

function readSource(field: JsonField): ModelSource {
  if (field.get('kind').oneOf(['npm', 'file'], 'file') === 'file') {
    return { kind: 'file', origin: field.get('origin').text() };
  }
  return {
    kind: 'npm',
    package: field.get('package').text(),
    version: field.get('version').text(VERSION),
    model: field.get('model').text(NAME),
    licenceFile: field.get('licenceFile').text(),
  };
}

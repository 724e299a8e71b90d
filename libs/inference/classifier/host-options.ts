import { LOOKS, type ImageLimits, type Look, type Preprocessing } from '#contracts/prepared-image.js';
import { isAmount, isCount, isFields, isListOf, isOneOf, isText } from './fields.js';

interface ProcessOptions {
  /** Most images decoded at the same time. */
  readonly decodeAhead: number;
  readonly imageLimits: ImageLimits;
  /** 0 (as the service) to 19 (last in line for a core). */
  readonly nice: number;
}

/** What a pool tells each of its processes, as one JSON argument. */
export interface HostOptions extends ProcessOptions {
  readonly modelRoot: string;
  /** `<name>/<version>` in the model repository. */
  readonly modelRef: string;
  /** ORT threads of the one session. */
  readonly threads: number;
  /** Most views in one run of the session. */
  readonly inferenceBatch: number;
}

/** The same for processes without a model, which decode for one that runs elsewhere. */
export interface DecodeHostOptions extends ProcessOptions {
  readonly recipe: Preprocessing;
}

/** @throws Error when the argument is not the JSON of such options: the process was not started by a pool. */
export function readHostOptions(argument: string | undefined): HostOptions | DecodeHostOptions {
  const value: unknown = JSON.parse(argument ?? 'null');
  if (isProcessOptions(value) && (hasModel(value) || hasRecipe(value))) return value;
  throw new Error('a classifier process is started by a pool, with its options as JSON');
}

function isProcessOptions(value: unknown): value is ProcessOptions {
  return (
    isFields(value) &&
    isCount(value['decodeAhead']) &&
    isFields(value['imageLimits']) &&
    isCount(value['imageLimits']['pixelsMax']) &&
    isCount(value['imageLimits']['framesMax']) &&
    isAmount(value['nice'])
  );
}

function hasModel(value: unknown): value is HostOptions {
  return (
    isFields(value) &&
    isText(value['modelRoot']) &&
    isText(value['modelRef']) &&
    isCount(value['threads']) &&
    isCount(value['inferenceBatch'])
  );
}

const isLook = (value: unknown): value is Look => isOneOf(LOOKS, value);

function hasRecipe(value: unknown): value is DecodeHostOptions {
  const recipe = isFields(value) ? value['recipe'] : undefined;
  return (
    isFields(recipe) &&
    isCount(recipe['size']) &&
    isText(recipe['resize']) &&
    (recipe['looks'] === undefined || isListOf(recipe['looks'], isLook)) &&
    isCount(recipe['framesScoredMax']) &&
    isListOf(recipe['backgrounds'], isText)
  );
}

import type {
  CostlyImage,
  ImageRejection,
  PreparedImage,
  PrepareImage,
  PrepareWants,
  Preprocessing,
} from '#contracts/prepared-image.js';
import type { DecodeLane } from './decode-lane.js';
import { isAmount, isBytes, isFields, isFlag, isListOf, isText } from './fields.js';
import { areNames, isCostly, isFacts, isPerceptual, isRejection } from './outcome.js';
import type { Task } from './task.js';

/** Decode stored images into views, for a model that runs elsewhere. Answered with a `Prepared` per path, in order. */
export interface PrepareOrder {
  readonly kind: 'prepare';
  readonly paths: readonly string[];
  readonly perceptual: boolean;
  /** As in a `ClassifyOrder`. */
  readonly decodeMsMax?: number;
}

export interface Prepared {
  readonly image: PreparedImage | ImageRejection | CostlyImage;
  readonly decodeMs: number;
}

/** An image was not prepared for a reason that is not the image's. */
export class PrepareFailed extends Error {
  override readonly name = 'PrepareFailed';
}

export function isPrepareOrder(value: unknown): value is PrepareOrder {
  return (
    isFields(value) &&
    value['kind'] === 'prepare' &&
    isListOf(value['paths'], isText) &&
    isFlag(value['perceptual']) &&
    (value['decodeMsMax'] === undefined || isAmount(value['decodeMsMax']))
  );
}

/** There is one `Prepared` per path, each view of the recipe's size. */
export function prepareTask(
  paths: readonly string[],
  wants: Omit<PrepareOrder, 'kind' | 'paths'>,
  recipe: Preprocessing,
): Task<readonly Prepared[]> {
  const order: PrepareOrder = { kind: 'prepare', paths, ...wants };
  const viewBytes = recipe.size ** 2 * 3;
  const isOne = (value: unknown): value is Prepared =>
    isFields(value) && isAmount(value['decodeMs']) && isImage(value['image']);
  const isImage = (value: unknown): value is Prepared['image'] =>
    isPrepared(value) || isRejection(value) || (wants.decodeMsMax !== undefined && isCostly(value));
  const isPrepared = (value: unknown): value is PreparedImage =>
    isFields(value) &&
    value['kind'] === 'prepared' &&
    isFacts(value['facts']) &&
    isPerceptual(value['perceptual']) &&
    isListOf(value['views'], isView) &&
    value['views'].length > 0 &&
    areNames(value['viewNames'], value['views']);
  const isView = (value: unknown): value is Uint8Array => isBytes(value) && value.length === viewBytes;
  return {
    order,
    read: (answer) => (isListOf(answer, isOne) && answer.length === paths.length ? answer : undefined),
  };
}

/** The process's side. @throws PrepareFailed when an image could not be prepared and it is not the image's fault */
export function prepareAll(
  lane: DecodeLane,
  prepare: PrepareImage,
  recipe: Preprocessing,
  { paths, perceptual, decodeMsMax = Infinity }: PrepareOrder,
): Promise<Prepared[]> {
  const one = async (path: string): Promise<Prepared> => {
    const begun = performance.now();
    const image = await prepareOne(prepare, path, recipe, { perceptual, decodeMsMax });
    return { image, decodeMs: performance.now() - begun };
  };
  return Promise.all(paths.map((path) => lane.take(() => one(path))));
}

/** Has one image prepared. @throws PrepareFailed with what `prepare` threw as its cause */
export async function prepareOne(
  prepare: PrepareImage,
  path: string,
  recipe: Preprocessing,
  wants: PrepareWants,
): Promise<Prepared['image']> {
  let image: Prepared['image'];
  try {
    image = await prepare(path, recipe, wants);
  } catch (error) {
    throw new PrepareFailed(error instanceof Error ? error.message : String(error), { cause: error });
  }
  if (image.kind === 'prepared' && image.views.length === 0) throw new PrepareFailed(`${path} gave no view to score`);
  return image;
}

import type { LightOutcome, Scored } from '#contracts/classify.js';
import type {
  CostlyImage,
  ImageRejection,
  PreparedImage,
  PrepareImage,
  PrepareWants,
  Preprocessing,
} from '#contracts/prepared-image.js';
import type { ClassifyOrder } from './classify.js';
import { DecodeLane } from './decode-lane.js';
import { prepareOne, type Prepared } from './prepare.js';
import type { RunLane } from './run-lane.js';
import { splitIntoRuns } from './run-sizes.js';

export interface WorkOptions {
  readonly prepare: PrepareImage;
  readonly recipe: Preprocessing;
  readonly runs: RunLane;
  readonly inferenceBatch: number;
  readonly decodeAhead: number;
}

/** Decoded views that may wait for the session: one batch to run, one to follow it. */
const BATCHES_HELD_MAX = 2;

/** An image whose views are being scored. */
interface Scoring {
  readonly image: PreparedImage;
  readonly decodeMs: number;
  inferenceMs: number;
  readonly scores: (readonly number[])[];
}

interface View {
  readonly of: Scoring;
  readonly pixels: Uint8Array;
}

/** Classifies in a classifier process: calls of any number of images, decoded side by side, inferred in batches. */
export class ClassifierWork {
  private readonly decodes: DecodeLane;

  constructor(private readonly options: WorkOptions) {
    this.decodes = new DecodeLane(options.decodeAhead, BATCHES_HELD_MAX * options.inferenceBatch);
  }

  /**
   * One outcome per path, in order. `decodeMs` is wall time from the start of an image's decode, which includes runs
   * that blocked the thread meanwhile; `inferenceMs` is the image's share, by views, of the runs it was in.
   *
   * @throws PrepareFailed with what `prepare` threw as its cause; what the session throws. The call then has no
   *   answer; other calls go on
   */
  async classify({ paths, ...order }: Omit<ClassifyOrder, 'kind'>): Promise<LightOutcome[]> {
    const { perceptual, decodeMsMax = Infinity } = order;
    return new Call(this.options, this.decodes, { perceptual, decodeMsMax }).classify(paths);
  }
}

class Call {
  private readonly waiting: View[] = [];
  private held = 0;
  private over = false;

  constructor(
    private readonly options: WorkOptions,
    private readonly decodes: DecodeLane,
    private readonly wants: PrepareWants,
  ) {}

  async classify(paths: readonly string[]): Promise<LightOutcome[]> {
    const decodes = paths.map((path) => this.decodes.take(() => this.decode(path)));
    // A call that fails is answered at once; decodes that fail after it have nobody to tell.
    for (const decode of decodes) decode.catch(() => undefined);
    try {
      return await this.score(decodes);
    } finally {
      this.over = true;
      this.letGo(this.held);
    }
  }

  private async score(decodes: readonly Promise<Prepared | undefined>[]): Promise<LightOutcome[]> {
    const results: (Scoring | ImageRejection | CostlyImage)[] = [];
    for (const decode of decodes) {
      const decoded = await decode;
      if (decoded === undefined) continue;
      results.push(this.enter(decoded));
      while (this.waiting.length >= this.options.inferenceBatch) await this.runNext(this.options.inferenceBatch);
    }
    for (const size of splitIntoRuns(this.waiting.length, this.options.inferenceBatch)) await this.runNext(size);
    return results.map((result) => ('image' in result ? toScored(result) : result));
  }

  /** Undefined when the call has failed meanwhile. */
  private async decode(path: string): Promise<Prepared | undefined> {
    if (this.over) return undefined;
    const begun = performance.now();
    const { prepare, recipe } = this.options;
    const image = await prepareOne(prepare, path, recipe, this.wants);
    const views = image.kind === 'prepared' ? image.views.length : 0;
    if (!this.isOver()) {
      this.held += views;
      this.decodes.hold(views);
    }
    return { image, decodeMs: performance.now() - begun };
  }

  private enter({ image, decodeMs }: Prepared): Scoring | ImageRejection | CostlyImage {
    if (image.kind !== 'prepared') return image;
    const scoring: Scoring = { image, decodeMs, inferenceMs: 0, scores: [] };
    this.waiting.push(...image.views.map((pixels) => ({ of: scoring, pixels })));
    return scoring;
  }

  private async runNext(size: number): Promise<void> {
    const views = this.waiting.splice(0, size);
    const { scores, ms } = await this.options.runs.run(views.map((view) => view.pixels));
    this.letGo(views.length);
    for (const [index, { of }] of views.entries()) {
      const row = scores[index];
      if (row === undefined) throw new Error(`a run of ${views.length} views gave ${scores.length} rows`);
      of.scores.push(row);
      of.inferenceMs += ms / views.length;
    }
  }

  private letGo(views: number): void {
    this.held -= views;
    this.decodes.release(views);
  }

  /** A method, because the compiler takes a property to stay what it was before an `await`. */
  private isOver(): boolean {
    return this.over;
  }
}

function toScored({ image, decodeMs, inferenceMs, scores }: Scoring): Scored {
  const { facts, viewNames, perceptual } = image;
  return { kind: 'scored', facts, views: scores, viewNames, decodeMs, inferenceMs, perceptual };
}

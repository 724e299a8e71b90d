import type { ClassifyItem } from '#contracts/classify.js';
import type { CallOptions, Classified, ClassifyOptions, Inferred, LightlyClassified, LightOptions } from './call.js';
import type { PoolState } from './pool-options.js';
import type { ServedModel } from './protocol.js';

/**
 * What a tier asks its model through, wherever the model runs: in processes of this machine (`ClassifierPool`), or on a
 * server that speaks the Open Inference Protocol (`RemoteClassifier`).
 */
export interface Classifier {
  /**
   * Resolves with what is served when it can be served.
   *
   * @throws ClassifierRefused when it cannot, ClassifierNotStarted when it was not there in time; it is then closed
   */
  start(): Promise<ServedModel>;

  /** @throws ClassifierUnavailable before it is known */
  readonly model: ServedModel;

  /** A call has a chance now. */
  readonly isReady: boolean;

  /** Calls that would begin at once. */
  readonly room: number;

  /**
   * Decodes and scores stored images.
   *
   * @throws ClassifierOverloaded when too many calls wait; ClassifierUnavailable when nothing serves them, or it is
   *   closed; ClassifierFailed
   */
  classify(items: readonly ClassifyItem[], options?: ClassifyOptions): Promise<Classified>;

  /** As `classify`, but an image that is expected to take long to decode is put back as costly, its pixels untouched. */
  classifyLight(items: readonly ClassifyItem[], options: LightOptions): Promise<LightlyClassified>;

  /**
   * Scores views, each `size × size × 3` bytes of RGB by the model's recipe; at most `VIEWS_PER_CALL_MAX`.
   *
   * @throws RangeError for a view of another length, or too many; else as `classify`
   */
  infer(views: readonly Uint8Array[], options?: CallOptions): Promise<Inferred>;

  state(): PoolState;

  /** Takes no more calls, lets those that it has end within `graceMs`, and ends. */
  close(graceMs: number): Promise<void>;
}

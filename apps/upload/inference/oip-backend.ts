import type { ModelManifest } from '#inference/models/manifest.js';
import type { TrafficClass } from '#moderation/words.js';

export interface InferOrder {
  readonly clientId: string;
  readonly trafficClass: TrafficClass;
  /** What the client will wait; undefined where it does not say. */
  readonly deadlineMs: number | undefined;
}

/** The fast model behind the Open Inference Protocol, with whatever admission stands before it. */
export interface OipBackend {
  /** Of the model that is served; undefined until it is known. */
  manifest(): ModelManifest | undefined;
  ready(): boolean;
  /** A request was turned away because too many are under way. */
  onShed(reason: string): void;

  /** @throws ClassifierOverloaded, ClassifierUnavailable, ClassifierFailed */
  infer(views: readonly Uint8Array[], order: InferOrder): Promise<{ readonly scores: readonly (readonly number[])[] }>;
}

export const OIP_BACKEND = Symbol('oip-backend');

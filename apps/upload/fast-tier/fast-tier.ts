import type { ClassifyItem } from '#contracts/classify.js';
import type { Plan } from '#contracts/plan-answer.js';
import type { AdmissionState, Expected, Prediction } from '#inference/admission/options.js';
import { AdmissionQueue } from '#inference/admission/queue.js';
import type { Admitted } from '#inference/admission/ticket.js';
import type { DispatchReason } from '#inference/batching/batch-collector.js';
import type { Inferred } from '#inference/classifier/call.js';
import { ClassifierUnavailable } from '#inference/classifier/errors.js';
import type { ServedModel } from '#inference/classifier/protocol.js';
import type { Classifier } from '#inference/classifier/classifier.js';
import type { ModelManifest } from '#inference/models/manifest.js';
import { ServiceTimes, type SeedTime } from '#inference/batching/service-times.js';
import type { TrafficClass } from '#moderation/words.js';

/** A classifier that serves, and what is known of its speed. */
export interface OpenedTier {
  readonly classifier: Classifier;
  readonly manifest: ModelManifest;
  /** What a batch takes by its size, before anything was observed. */
  readonly seed: readonly SeedTime[];
  readonly batchMax: number;
  /** Null where the model runs elsewhere. */
  readonly plan: Plan | null;
}

export interface FastTierOptions {
  /**
   * Measures, chooses and starts; takes seconds.
   *
   * @param onRoom to be called whenever there is room for a call
   * @param signal ends it
   */
  readonly open: (onRoom: () => void, signal: AbortSignal) => Promise<OpenedTier>;
  readonly sloMs: number;
  readonly windowMs: number;
  readonly onBatch: (items: number, reason: DispatchReason) => void;
}

/** How an upload wants to be looked at. */
export interface FastOrder {
  readonly clientId: string;
  readonly trafficClass: TrafficClass;
  /** What is left of its time. */
  readonly deadlineMs: number;
  readonly perceptual?: boolean;
}

/** The fast tier as the upload service knows it: there from the first moment, of use when it has been opened. */
export class FastTier {
  private opened: OpenedTier | undefined;
  private queue: AdmissionQueue | undefined;
  private times: ServiceTimes | undefined;
  private readonly ending = new AbortController();

  constructor(private readonly options: FastTierOptions) {}

  /** Resolves when it is warm, or was closed meanwhile. @throws what `open` throws */
  async start(): Promise<void> {
    const { signal } = this.ending;
    let opened: OpenedTier;
    try {
      opened = await this.options.open(() => this.queue?.pump(), signal);
    } catch (error) {
      if (signal.aborted) return;
      throw error;
    }
    // closed after the last moment at which the opening could have ended
    if (signal.aborted) return opened.classifier.close(0);
    const { sloMs, windowMs, onBatch } = this.options;
    const { classifier, seed, batchMax } = opened;
    this.times = new ServiceTimes(seed);
    this.queue = new AdmissionQueue({ classifier, times: this.times, sloMs, batchMax, windowMs, onBatch });
    this.opened = opened;
  }

  get isReady(): boolean {
    return this.opened?.classifier.isReady ?? false;
  }

  /** @throws ClassifierUnavailable before it is open */
  get model(): ServedModel {
    return this.known().opened.classifier.model;
  }

  /** Undefined before it is open. */
  get manifest(): ModelManifest | undefined {
    return this.opened?.manifest;
  }

  /** Undefined before it is open, and where the model runs elsewhere. */
  get plan(): Plan | undefined {
    return this.opened?.plan ?? undefined;
  }

  /** @throws ClassifierShed, ClassifierUnavailable, ClassifierFailed */
  async classify(item: ClassifyItem, { trafficClass, ...order }: FastOrder): Promise<Admitted> {
    return this.known().queue.submit(item, { ...order, class: trafficClass });
  }

  /** Scores views that somebody else prepared. @throws as `classify` */
  async infer(views: readonly Uint8Array[], { clientId, trafficClass, deadlineMs }: FastOrder): Promise<Inferred> {
    return this.known().queue.submitViews(views, { clientId, class: trafficClass, deadlineMs });
  }

  /**
   * Before it is open nothing is shed: what comes gets the default verdict.
   *
   * @param ahead uploads that will be in the queue before
   * @param deadlineMs what its look would have; left out: the whole SLO
   */
  predict(expected: Expected, ahead: number, deadlineMs?: number): Prediction {
    if (this.queue === undefined) return { wouldShed: false, retryAfterMs: 0, capacityPerSecond: 0 };
    return this.queue.predict(expected, ahead, deadlineMs);
  }

  /** Uploads that it gets through in a second; 0 before it is open. */
  get capacityPerSecond(): number {
    return this.queue?.capacityPerSecond ?? 0;
  }

  /** Whether a client has as many looks as it may while others are about: no more of its go before theirs. */
  isFull(clientId: string): boolean {
    return this.queue?.isFull(clientId) ?? false;
  }

  /** Somebody was turned away before it came here: its class wants its turn all the same, and it is not alone. */
  miss(by: Expected): void {
    this.queue?.miss(by);
  }

  /** Undefined before it is open. */
  state(): (AdmissionState & { readonly serviceMs: Readonly<Record<number, number>> }) | undefined {
    if (this.queue === undefined || this.times === undefined) return undefined;
    const serviceMs = Object.fromEntries(this.times.table().map(({ batch, ms }) => [batch, ms]));
    return { ...this.queue.state(), serviceMs };
  }

  async close(graceMs: number): Promise<void> {
    this.ending.abort();
    this.queue?.close();
    await this.opened?.classifier.close(graceMs);
  }

  private known(): { opened: OpenedTier; queue: AdmissionQueue } {
    const { opened, queue } = this;
    if (opened === undefined || queue === undefined) throw new ClassifierUnavailable('the fast tier is not open yet');
    return { opened, queue };
  }
}

import type { ClassifyItem } from '#contracts/classify.js';
import type {
  CallOptions,
  Classified,
  ClassifyOptions,
  Inferred,
  LightlyClassified,
  LightOptions,
} from '../classifier/call.js';
import { ClassifierDecoders } from '../classifier/decoders.js';
import { ClassifierFailed, ClassifierUnavailable } from '../classifier/errors.js';
import type { PoolState } from '../classifier/pool-options.js';
import type { ServedModel } from '../classifier/protocol.js';
import { refuseUnfitViews } from '../classifier/views.js';
import type { Classifier } from '../classifier/classifier.js';
import type { ModelManifest } from '../models/manifest.js';
import { oipModel } from '../oip/oip-model.js';
import { InFlightGate } from './in-flight-gate.js';
import { meetServer } from './meet-server.js';
import { modelOf } from './model-of.js';
import { scoreDecoded, scoreViews, type ScoredViews } from './remote-call.js';
import { RemoteCalls, type Progress } from './remote-calls.js';
import { RemoteModel } from './remote-model.js';
import { REMOTE_DEFAULTS, type RemoteClassifierOptions } from './remote-options.js';
import { ServerWatch } from './server-watch.js';
import { WaitingNotes } from './waiting-notes.js';

/** A look at the server costs it nothing, so a slow answer is a sign. */
const LOOK_MS_MAX = 2_000;

/**
 * A model on a server that speaks the Open Inference Protocol. Images are decoded here, in processes that only decode;
 * their views go to the server, as many requests at a time as it takes without a queue. Inference changes nothing, so a
 * request is sent again once when its connection breaks. While the server is away calls are refused at once.
 */
export class RemoteClassifier implements Classifier {
  private served: ModelManifest;
  private readonly options: Required<Omit<RemoteClassifierOptions, 'key' | 'env' | 'memoryCheckMs'>>;
  private readonly decoders: ClassifierDecoders;
  private readonly remote: RemoteModel;
  private readonly gate: InFlightGate;
  private readonly watch: ServerWatch;
  private readonly notes: WaitingNotes;
  private readonly calls: RemoteCalls;
  private started = false;
  private closing: Promise<void> | undefined;

  /** @throws TypeError when the URL is none */
  constructor(options: RemoteClassifierOptions) {
    const all = { ...REMOTE_DEFAULTS, ...options };
    const { manifest, variants, host, url, key } = all;
    const { preprocessing } = manifest;
    this.options = all;
    this.served = manifest;
    this.calls = new RemoteCalls(all.callsMax);
    const variantHashes = variants.map(({ sha256 }) => sha256);
    this.remote = new RemoteModel({ url, key, model: oipModel(manifest), variantHashes });
    this.notes = new WaitingNotes(all.onWaiting, () => performance.now());
    const onRoom = (): void => this.tellRoom();
    this.gate = new InFlightGate(onRoom, all.onLimit);
    this.watch = new ServerWatch(this.remote, {
      everyMs: all.watchMs,
      lookMsMax: LOOK_MS_MAX,
      onReady: onRoom,
      notes: this.notes,
    });
    this.decoders = new ClassifierDecoders({
      ...all,
      onRoom,
      host: { ...host, recipe: preprocessing },
      // Calls are bounded, and the images of each by its caller.
      queueMax: Infinity,
    });
  }

  /**
   * Starts the decoders, waits until the server is there, and compares what it serves with the manifest.
   *
   * @throws ClassifierRefused with all faults together when it serves something else, refuses the key or gives no scores;
   *   ClassifierNotStarted when it is not there in time; ClassifierUnavailable when it is closed meanwhile
   */
  async start(): Promise<ServedModel> {
    if (this.closing !== undefined) throw new ClassifierUnavailable('the classifier is closed');
    if (this.started) throw new Error('a classifier is started once');
    this.started = true;
    const { url, startMsMax, callMsMax, manifest, variants } = this.options;
    const isClosed = (): boolean => this.closing !== undefined;
    const limits = { startMsMax, lookMsMax: LOOK_MS_MAX, callMsMax, isClosed, notes: this.notes };
    try {
      await Promise.all([this.decoders.start(), meetServer(this.remote, url, manifest.preprocessing, limits)]);
    } catch (error) {
      await this.close(0);
      throw error;
    }
    this.served = [manifest, ...variants].find(({ sha256 }) => sha256 === this.remote.sha256) ?? manifest;
    this.watch.begin();
    this.tellRoom();
    return this.model;
  }

  /** Of what the server says that it serves, once it was met; before, and where it does not say, of what it must serve. */
  get manifest(): ModelManifest {
    return this.served;
  }

  get model(): ServedModel {
    return modelOf(this.served);
  }

  get isReady(): boolean {
    return this.closing === undefined && this.watch.isReady && this.decoders.isReady;
  }

  get room(): number {
    return this.isReady ? Math.min(this.decoders.room, this.gate.room, this.calls.room) : 0;
  }

  async classify(items: readonly ClassifyItem[], options: ClassifyOptions = {}): Promise<Classified> {
    const { outcomes, queueMs } = await this.decodeAndScore(items, options);
    // nothing is put back where no limit was set
    return { outcomes: outcomes.filter((outcome) => outcome.kind !== 'costly'), queueMs };
  }

  classifyLight(items: readonly ClassifyItem[], options: LightOptions): Promise<LightlyClassified> {
    return this.decodeAndScore(items, options);
  }

  async infer(views: readonly Uint8Array[], options: CallOptions = {}): Promise<Inferred> {
    refuseUnfitViews(views, this.model.preprocessing);
    if (views.length === 0) return { scores: [], queueMs: 0, inferenceMs: 0 };
    return this.call(options, async (progress) => {
      options.onHandedOver?.();
      const scored = await scoreViews(views, this.options.batchMax, (batch) => this.ask(batch, progress));
      return { ...scored, queueMs: progress.waitedMs };
    });
  }

  /** The processes are those that decode; calls in flight are those that are not answered. */
  state(): PoolState {
    const decoding = this.decoders.state();
    return { ...decoding, inFlight: this.calls.size, queued: decoding.queued + this.gate.queued };
  }

  close(graceMs: number): Promise<void> {
    this.closing ??= this.shut(graceMs);
    return this.closing;
  }

  private async shut(graceMs: number): Promise<void> {
    await this.calls.drain(graceMs);
    this.watch.end();
    this.gate.refuseAll('the classifier was closed');
    this.remote.close();
    await this.decoders.close(0);
  }

  private async decodeAndScore(
    items: readonly ClassifyItem[],
    { timeoutMs = Infinity, perceptual = false, onHandedOver, ...light }: ClassifyOptions & Partial<LightOptions>,
  ): Promise<LightlyClassified> {
    if (items.length === 0) return { outcomes: [], queueMs: 0 };
    return this.call({ timeoutMs }, async (progress) => {
      const decodes = items.map(({ path }) => {
        const decode = this.decoders.prepare(path, { ...light, timeoutMs: progress.leftMs(), perceptual });
        // A call that fails is answered at once; decodes that fail after it have nobody to tell.
        decode.catch(() => undefined);
        return decode;
      });
      // one that fails ends its call
      Promise.all(decodes).then(
        () => {
          onHandedOver?.();
          this.tellRoom();
        },
        () => undefined,
      );
      const images = decodes.map(async (decode) => (await decode).answer);
      for (const image of images) image.catch(() => undefined);
      const outcomes = await scoreDecoded(images, this.options.batchMax, (views) => this.ask(views, progress));
      const first = await decodes[0];
      return { outcomes, queueMs: (first?.queueMs ?? 0) + progress.waitedMs };
    });
  }

  private async call<T>({ timeoutMs = Infinity }: CallOptions, work: (progress: Progress) => Promise<T>): Promise<T> {
    if (this.closing !== undefined) throw new ClassifierUnavailable('the classifier is closed');
    if (!this.isReady) throw new ClassifierUnavailable('the server is not ready');
    return this.calls.run(timeoutMs, work);
  }

  private async ask(views: readonly Uint8Array[], progress: Progress): Promise<ScoredViews> {
    const asked = performance.now();
    if (progress.leftMs() <= 0) throw new ClassifierFailed('timeout', 'decoding took all of the time');
    return this.gate.pass(views.length, progress.leftMs(), async () => {
      progress.waitedMs = Math.max(progress.waitedMs, performance.now() - asked);
      const timeoutMs = Math.min(progress.leftMs(), this.options.callMsMax);
      try {
        const { scores, ms } = await this.remote.infer(views, timeoutMs);
        return { scores, inferenceMs: ms };
      } catch (error) {
        if (error instanceof ClassifierUnavailable) this.watch.lost();
        throw error;
      }
    });
  }

  private tellRoom(): void {
    if (this.room > 0) this.options.onRoom();
  }
}

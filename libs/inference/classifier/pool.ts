import type { ClassifyItem } from '#contracts/classify.js';
import type { CallOptions, Classified, ClassifyOptions, Inferred, LightlyClassified, LightOptions } from './call.js';
import { classifyLightTask, classifyTask } from './classify.js';
import { ClassifierUnavailable } from './errors.js';
import { inferTask } from './infer.js';
import type { ClassifierPoolOptions, PoolState } from './pool-options.js';
import { ClassifierProcesses } from './processes.js';
import type { ServedModel, WarmUpTime } from './protocol.js';
import { timeTask } from './time.js';
import { refuseManyViews, refuseUnfitViews } from './views.js';
import type { Classifier } from './classifier.js';

/** A model in processes of this machine, which decode too. */
export class ClassifierPool implements Classifier {
  private readonly processes: ClassifierProcesses;

  constructor(options: ClassifierPoolOptions) {
    this.processes = new ClassifierProcesses(options);
  }

  /**
   * Forks all processes. Resolves with what they serve when every one is warm.
   *
   * @throws ClassifierRefused as soon as one refuses its model or is too large, ClassifierNotStarted as soon as one dies or
   *   is late; the pool is then closed
   */
  async start(): Promise<ServedModel> {
    await this.processes.start();
    return this.model;
  }

  /** What the processes serve. @throws ClassifierUnavailable before the first is warm */
  get model(): ServedModel {
    const { model } = this.processes.served;
    if (model === null) throw new Error('a classifier process without a model');
    return model;
  }

  /** Times of the process that was warm first. @throws ClassifierUnavailable before it is */
  get warmUp(): readonly WarmUpTime[] {
    return this.processes.served.warmUp;
  }

  /** At least one process is warm. */
  get isReady(): boolean {
    return this.processes.isReady;
  }

  get room(): number {
    return this.processes.room;
  }

  /** Classifies stored images in one process, as one call. */
  async classify(items: readonly ClassifyItem[], options: ClassifyOptions = {}): Promise<Classified> {
    const paths = items.map((item) => item.path);
    if (paths.length === 0) return { outcomes: [], queueMs: 0 };
    const task = classifyTask(paths, options.perceptual ?? false);
    const { answer, queueMs } = await this.processes.perform(task, options);
    return { outcomes: answer, queueMs };
  }

  async classifyLight(items: readonly ClassifyItem[], options: LightOptions): Promise<LightlyClassified> {
    const paths = items.map((item) => item.path);
    if (paths.length === 0) return { outcomes: [], queueMs: 0 };
    const task = classifyLightTask(paths, options.perceptual ?? false, options.decodeMsMax);
    const { answer, queueMs } = await this.processes.perform(task, options);
    return { outcomes: answer, queueMs };
  }

  async infer(views: readonly Uint8Array[], options: CallOptions = {}): Promise<Inferred> {
    refuseUnfitViews(views, this.model.preprocessing);
    if (views.length === 0) return { scores: [], queueMs: 0, inferenceMs: 0 };
    const { answer, queueMs } = await this.processes.perform(inferTask(views), options);
    return { ...answer, queueMs };
  }

  /**
   * Has all warm processes run the model at the same moment on synthetic views: what a run takes while the others run.
   * The pool should have no other work meanwhile, and all runs together must fit `callMsMax`. A `batch` that the
   * process has not run before is slower the first time.
   *
   * @param batch views in a run
   * @returns per process the milliseconds of each run
   * @throws RangeError for more than `VIEWS_PER_CALL_MAX` views; ClassifierUnavailable, ClassifierFailed
   */
  async time(batch: number, runs: number): Promise<number[][]> {
    refuseManyViews(batch);
    const times = await this.processes.performAll(timeTask(batch, runs));
    if (times.length === 0) throw new ClassifierUnavailable('no process is warm');
    return times.map((one) => [...one]);
  }

  state(): PoolState {
    return this.processes.state();
  }

  /** Takes no more calls, lets those that it has end within `graceMs`, kills its processes and waits until they are gone. */
  close(graceMs: number): Promise<void> {
    return this.processes.close(graceMs);
  }
}

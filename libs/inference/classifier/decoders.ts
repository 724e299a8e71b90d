import type { CallOptions } from './call.js';
import type { DecodeHostOptions } from './host-options.js';
import type { PoolState, ProcessesOptions } from './pool-options.js';
import { prepareTask, type Prepared } from './prepare.js';
import { ClassifierProcesses } from './processes.js';
import type { Performed } from './queued-call.js';

export interface DecodersOptions extends ProcessesOptions {
  readonly host: DecodeHostOptions;
}

/** How an image is to be decoded. */
export interface DecodeOptions extends CallOptions {
  readonly perceptual: boolean;
  /** As in `LightOptions`; left out: nothing is put back. */
  readonly decodeMsMax?: number;
}

/** Classifier processes without a model: they decode for one that runs elsewhere. */
export class ClassifierDecoders {
  private readonly processes: ClassifierProcesses;

  constructor(private readonly options: DecodersOptions) {
    this.processes = new ClassifierProcesses(options);
  }

  /** @throws ClassifierNotStarted when a process dies or is late before all are ready */
  async start(): Promise<void> {
    await this.processes.start();
  }

  get isReady(): boolean {
    return this.processes.isReady;
  }

  get room(): number {
    return this.processes.room;
  }

  /** Decodes one stored image into views. @throws as `ClassifierProcesses.perform` */
  async prepare(path: string, options: DecodeOptions): Promise<Performed<Prepared>> {
    const { perceptual, decodeMsMax } = options;
    const wants = { perceptual, ...(decodeMsMax === undefined ? {} : { decodeMsMax }) };
    const task = prepareTask([path], wants, this.options.host.recipe);
    const { answer, queueMs } = await this.processes.perform(task, options);
    const [prepared] = answer;
    if (prepared === undefined) throw new Error('a decode without an answer');
    return { answer: prepared, queueMs };
  }

  state(): PoolState {
    return this.processes.state();
  }

  close(graceMs: number): Promise<void> {
    return this.processes.close(graceMs);
  }
}

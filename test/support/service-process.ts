import { spawn, type ChildProcess } from 'node:child_process';
import { eventually } from './eventually.js';
import { isRunning } from './is-running.js';

export type Environment = Readonly<Record<string, string>>;

/** How a process ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A line of a service's log, as far as tests look at it. */
interface LogLine {
  readonly msg?: string;
  readonly kind?: string;
  readonly pid?: number;
  readonly port?: number;
}

const READY_MS_MAX = 30_000;
const ENDED_MS_MAX = 30_000;
const LOG_LINES_SHOWN = 25;

/**
 * One service of the product as a process of its own, which a test kills, freezes and starts again. It listens on any
 * free port at first, and on the same one after a restart.
 */
export class ServiceProcess {
  private child: ChildProcess | undefined;
  private ended: Promise<Ending> | undefined;
  private output: string[] = [];
  private heard: LogLine[] = [];
  private port = 0;

  constructor(
    private readonly name: 'upload' | 'batch',
    private readonly script: string,
    private readonly environment: Environment,
  ) {}

  get pid(): number {
    const pid = this.child?.pid;
    if (pid === undefined) throw new Error(`${this.name} was not started`);
    return pid;
  }

  /** Where it listens. */
  get url(): string {
    if (this.port === 0) throw new Error(`${this.name} does not listen yet`);
    return `http://127.0.0.1:${this.port}`;
  }

  /** Its log since its last start, for a person. */
  get log(): string {
    return this.output.slice(-LOG_LINES_SHOWN).join('\n');
  }

  /** Starts it and waits until it says that it is ready. */
  async start(more: Environment = {}): Promise<this> {
    await this.launch(more);
    return this.ready();
  }

  /** Starts it and waits until it listens. */
  async launch(more: Environment = {}): Promise<this> {
    if (this.child !== undefined && isRunning(this.pid)) throw new Error(`${this.name} runs already`);
    this.output = [];
    this.heard = [];
    const { PATH = '' } = process.env;
    const environment = { PATH, ...this.environment, [`${this.name.toUpperCase()}_PORT`]: String(this.port), ...more };
    const child = spawn(process.execPath, ['--enable-source-maps', this.script], {
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    this.ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', collectLines(this));
    this.port = await this.eventually('it listens', () => this.heard.find((line) => line.port !== undefined)?.port);
    return this;
  }

  /** Waits until it says that it is ready. */
  async ready(): Promise<this> {
    await this.eventually('it is ready', async () => (await this.health()) === 200);
    return this;
  }

  /** What `/health/ready` answers; undefined while nothing does. */
  async health(): Promise<number | undefined> {
    try {
      const response = await fetch(`${this.url}/health/ready`, { signal: AbortSignal.timeout(2_000) });
      await response.body?.cancel();
      return response.status;
    } catch {
      return undefined;
    }
  }

  /** The sum of a metric over all its label sets that hold `labels`; 0 for one that was never counted. */
  async metric(name: string, labels: Readonly<Record<string, string>> = {}): Promise<number> {
    const response = await fetch(`${this.url}/metrics`, { signal: AbortSignal.timeout(5_000) });
    const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
    return (await response.text())
      .split('\n')
      .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
      .filter((line) => wanted.every((label) => line.includes(label)))
      .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
  }

  signal(signal: NodeJS.Signals): void {
    process.kill(this.pid, signal);
  }

  /** Sends a signal that ends it, and waits until it is gone. */
  async end(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<Ending> {
    this.signal(signal);
    return this.gone();
  }

  /** Waits until it has ended by itself. */
  async gone(): Promise<Ending> {
    const late = AbortSignal.timeout(ENDED_MS_MAX);
    return Promise.race([
      this.ended ?? Promise.reject(new Error(`${this.name} was not started`)),
      new Promise<never>((_, reject) =>
        late.addEventListener('abort', () => reject(new Error(`${this.name} does not end:\n${this.log}`))),
      ),
    ]);
  }

  /** Ends it, whatever it does at the moment; harmless when it does not run. */
  async stop(): Promise<void> {
    if (this.child === undefined) return;
    this.child.kill('SIGKILL');
    this.child.kill('SIGCONT');
    await this.ended;
  }

  /** Process ids of its classifier processes that were warm and are alive. */
  classifiers(): number[] {
    const warm = this.heard.flatMap(({ kind, pid }) => (kind === 'ready' && pid !== undefined ? [pid] : []));
    return warm.filter(isRunning);
  }

  /** Its one warm classifier process. */
  classifier(): Promise<number> {
    return this.eventually('its classifier process is warm', () => this.classifiers()[0]);
  }

  /** Waits for a line of its log. */
  async says(message: string): Promise<void> {
    await this.eventually(`it says "${message}"`, () => this.heard.some(({ msg }) => msg === message));
  }

  private async eventually<T>(what: string, probe: () => T | undefined | false | Promise<T | undefined | false>) {
    try {
      return await eventually(`${this.name}: ${what}`, probe, READY_MS_MAX);
    } catch (error) {
      throw new Error(`${error instanceof Error ? error.message : String(error)}\n${this.log}`, { cause: error });
    }
  }

  private hear(line: string): void {
    this.output.push(line);
    try {
      this.heard.push(JSON.parse(line) as LogLine);
    } catch {
      // what a dying process says is no JSON
    }
  }
}

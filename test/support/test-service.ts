import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
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

/** A hang: the heavy model is loaded within two seconds by a machine that does nothing else. */
const PATIENCE_MS = 60_000;
const LOG_LINES_SHOWN = 25;

/**
 * One service of the product as a process of its own, which a test kills, freezes and starts again. It listens on any
 * free port at first, and an upload service on the same one after a restart. It ends with the test run.
 */
export class TestService {
  private child: ChildProcess | undefined;
  private ended: Promise<Ending> = Promise.resolve({ code: 0, signal: null });
  private output: string[] = [];
  private heard: LogLine[] = [];
  private port = 0;

  constructor(
    private readonly name: 'upload' | 'batch' | 'console',
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

  /** Starts it and waits until it says that it is ready. @param more settings of this start */
  async start(more: Environment = {}): Promise<void> {
    await this.launch(more);
    await this.ready();
  }

  /** Starts it and waits until it listens. */
  async launch(more: Environment = {}): Promise<void> {
    this.spawn(more);
    this.port = await this.eventually('listens', () => this.heard.find((line) => line.port !== undefined)?.port);
  }

  /** Starts it where it must not start, and waits until it is gone. */
  refused(more: Environment = {}): Promise<Ending> {
    this.spawn(more);
    return this.gone();
  }

  /** Waits until it says that it is ready. */
  async ready(): Promise<void> {
    await this.eventually('is ready', async () => (await this.health()) === 200);
  }

  /** It has noticed that something it needs is not there; what it says holds for half a second. */
  async isUnready(): Promise<void> {
    await this.eventually('says that it is not ready', async () => (await this.health()) === 503);
  }

  /** What `/health/ready` answers; undefined while nothing does. */
  async health(): Promise<number | undefined> {
    try {
      const response = await fetch(`${this.url}/health/ready`, { signal: AbortSignal.timeout(5_000) });
      await response.body?.cancel();
      return response.status;
    } catch {
      return undefined;
    }
  }

  /** The sum of a metric over all its label sets that hold `labels`; 0 for one that was never counted. */
  async metric(name: string, labels: Readonly<Record<string, string>> = {}): Promise<number> {
    const response = await fetch(`${this.url}/metrics`, { signal: AbortSignal.timeout(PATIENCE_MS) });
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
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<Ending> {
    this.signal(signal);
    return this.gone();
  }

  /** Waits until it is gone. */
  gone(): Promise<Ending> {
    return this.eventually('ends', async () => {
      if (this.child?.exitCode === null && this.child.signalCode === null) return undefined;
      return this.ended;
    });
  }

  /** Ends it, frozen or not; harmless when it does not run. */
  async stop(): Promise<void> {
    this.child?.kill('SIGKILL');
    await this.ended;
  }

  /** Its one warm classifier process. */
  classifier(): Promise<number> {
    return this.eventually('has a warm classifier process', () => this.classifiers()[0]);
  }

  /** Waits for a line of its log. */
  async says(message: string): Promise<void> {
    await this.eventually(`says "${message}"`, () => this.heard.some(({ msg }) => msg === message));
  }

  /** Waits for a text somewhere in what it writes. */
  async writes(text: RegExp): Promise<void> {
    await this.eventually(`writes ${String(text)}`, () => this.output.some((line) => text.test(line)));
  }

  private spawn(more: Environment): void {
    this.output = [];
    this.heard = [];
    // nobody keeps the address of a batch service, and its port may be another's by now
    const port = { [`${this.name.toUpperCase()}_PORT`]: this.name === 'batch' ? '0' : String(this.port) };
    const child = spawn(process.execPath, ['--enable-source-maps', this.script], {
      env: { ...this.environment, ...port, ...more },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.child = child;
    this.ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
    for (const input of [child.stdout, child.stderr]) {
      if (input !== null) createInterface({ input }).on('line', (line) => this.hear(line));
    }
  }

  /** Process ids of its classifier processes that became warm and are alive. */
  private classifiers(): number[] {
    const warm = this.heard.flatMap(({ kind, pid }) => (kind === 'ready' && pid !== undefined ? [pid] : []));
    return warm.filter(isRunning);
  }

  private async eventually<T>(what: string, probe: () => T | undefined | false | Promise<T | undefined | false>) {
    try {
      return await eventually(`${this.name} ${what}`, probe, PATIENCE_MS);
    } catch (error) {
      const log = this.output.slice(-LOG_LINES_SHOWN).join('\n');
      throw new Error(`${error instanceof Error ? error.message : String(error)}\n${log}`, { cause: error });
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

import { freePort } from '#persistence/embedded/free-port.js';
import { Supervisor } from '../../apps/cli/up/supervisor.js';
import { eventually } from './eventually.js';
import { isRunning } from './is-running.js';
import type { Product } from './product.js';

/** Processes that a test may kill. */
export const VICTIMS = ['upload', 'batch', 'upload classifier', 'batch classifier'] as const;
export type Victim = (typeof VICTIMS)[number];

/** A process that keeps dying is given time in life; a test has none to give. */
const LIMITS = { delayMaxMs: 500 };
const PATIENCE_MS = 60_000;

/** The product's services under the supervisor, which starts again what dies: what a test needs to kill them. */
export class Supervised {
  private readonly supervisor: Supervisor;
  /** Classifier processes that became warm, by their service. */
  private readonly warm = new Map<string, number[]>();

  private constructor(
    product: Product,
    private readonly port: number,
  ) {
    const services = [
      product.spec('upload', { UPLOAD_PORT: String(port) }),
      product.spec('batch', { BATCH_PORT: '0' }),
    ];
    this.supervisor = new Supervisor(services, (line) => this.hear(line), LIMITS);
  }

  /** Starts both services and waits until they are ready. */
  static async start(product: Product): Promise<Supervised> {
    const supervised = new Supervised(product, await freePort());
    await supervised.supervisor.start();
    return supervised;
  }

  /** Where the upload service listens, whichever process that is. */
  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** How often services were started again. */
  get restarts(): number {
    return this.supervisor.states.reduce((sum, { restarts }) => sum + restarts, 0);
  }

  /** `kill -9`, as soon as there is such a process. */
  async kill(victim: Victim): Promise<void> {
    const pid = await eventually(`there is a ${victim} to kill`, () => this.pidOf(victim), PATIENCE_MS);
    process.kill(pid, 'SIGKILL');
    await eventually(`the ${victim} is gone`, () => !isRunning(pid));
  }

  /** Waits until both services are ready. */
  async ready(): Promise<void> {
    const allReady = (): boolean => this.supervisor.states.every(({ ready }) => ready);
    await eventually('both services are ready', allReady, PATIENCE_MS);
  }

  async stop(): Promise<void> {
    await this.supervisor.stop(0);
  }

  private pidOf(victim: Victim): number | undefined {
    const service = victim.startsWith('upload') ? 'upload' : 'batch';
    if (victim.endsWith('classifier')) return this.warm.get(service)?.find(isRunning);
    return this.supervisor.states.find(({ name }) => name === service)?.pid;
  }

  private hear(line: string): void {
    const found = /^(\w+) +\| (\{.*"kind":"ready".*\})$/.exec(line);
    if (found === null) return;
    const [, service = '', json = '{}'] = found;
    const { pid } = JSON.parse(json) as { pid?: number };
    if (pid !== undefined) this.warm.set(service, [...(this.warm.get(service) ?? []), pid]);
  }
}

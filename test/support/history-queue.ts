import { Worker, type Job, type Queue } from 'bullmq';
import type { HeavyJob } from '#contracts/heavy-job.js';
import { queueConnection, type QueuePlace } from '#queue/connection.js';
import { HEAVY_QUEUE, HeavyBell, openHeavyQueue } from '#queue/heavy-bell.js';
import { eventually } from './eventually.js';

/** Of whoever takes jobs here. No lock ends while a test runs: what a dead worker holds it holds. */
const TOKEN = 'a worker';
const LOCK_MS = 3_600_000;

/** How many jobs there are. */
interface Jobs {
  readonly waiting: number;
  /** In somebody's hands, alive or dead. */
  readonly held: number;
}

/** The queue of the heavy tier with a worker's hands at it, one job at a time. */
export class HistoryQueue {
  private constructor(
    readonly bell: HeavyBell,
    private readonly producer: Queue<HeavyJob>,
    private readonly worker: Worker<HeavyJob>,
    private readonly wiping: () => Promise<void>,
  ) {}

  /** @param wiping has the backend lose everything that is in it */
  static async open(place: QueuePlace, wiping: () => Promise<void>): Promise<HistoryQueue> {
    const producer = openHeavyQueue(place);
    await producer.waitUntilReady();
    const options = { connection: queueConnection(place, 'work'), autorun: false, lockDuration: LOCK_MS };
    const worker = new Worker<HeavyJob>(HEAVY_QUEUE, null, options);
    worker.on('error', () => undefined);
    await worker.waitUntilReady();
    return new HistoryQueue(new HeavyBell(producer, place), producer, worker, wiping);
  }

  async jobs(): Promise<Jobs> {
    const { active = 0, ...others } = await this.producer.getJobCounts('waiting', 'prioritized', 'delayed', 'active');
    return { waiting: Object.values(others).reduce((sum, count) => sum + count, 0), held: active };
  }

  /** Takes the job that waits; undefined where none does. */
  take(): Promise<Job<HeavyJob> | undefined> {
    return this.worker.getNextJob(TOKEN, { block: false });
  }

  /** The worker is done with a job that it has taken. */
  async done(job: Job<HeavyJob>): Promise<void> {
    await job.moveToCompleted(undefined, TOKEN, false);
  }

  /** Everything in it is lost, and in PostgreSQL its tables too; whoever rings next makes them anew. */
  async wipe(): Promise<void> {
    await this.wiping();
    await eventually('the queue is there again', async () => (await this.bell.waiting()) === 0);
  }

  async close(): Promise<void> {
    await this.worker.close();
    await this.bell.onModuleDestroy();
    await this.producer.close();
  }
}

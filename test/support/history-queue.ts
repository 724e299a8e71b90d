import { Worker, type Job, type Queue } from 'bullmq';
import type { HeavyJob } from '#contracts/heavy-job.js';
import { queueConnection, type QueuePlace } from '#queue/connection.js';
import { HEAVY_QUEUE, HeavyBell, openHeavyQueue } from '#queue/heavy-bell.js';
import { eventually } from './eventually.js';

/** Of whoever takes jobs here. No lock ends while a test runs: what a dead worker holds it holds. */
const TOKEN = 'a worker';
const LOCK_MS = 3_600_000;
const IDS_MAX = 10_000;

/** Ids of the jobs that there are. */
interface JobIds {
  readonly waiting: readonly string[];
  /** In somebody's hands, alive or dead. */
  readonly held: readonly string[];
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

  async jobs(): Promise<JobIds> {
    const waiting = await this.producer.getRanges(['waiting', 'prioritized'], 0, IDS_MAX);
    const held = await this.producer.getRanges(['active'], 0, IDS_MAX);
    return { waiting: waiting.sort(), held: held.sort() };
  }

  /** Takes the first jobs that wait, as many as there are. */
  async take(most: number): Promise<Job<HeavyJob>[]> {
    const taken: Job<HeavyJob>[] = [];
    while (taken.length < most) {
      const job = await this.next();
      if (job === undefined) break;
      taken.push(job);
    }
    return taken;
  }

  /** The worker is done with a job that it has taken. */
  async done(job: Job<HeavyJob>): Promise<void> {
    await job.moveToCompleted(undefined, TOKEN, false);
  }

  /** Everything in it is lost, and in PostgreSQL its tables too; whoever rings next makes them anew. */
  async wipe(): Promise<void> {
    await this.wiping();
    await eventually('the queue is there again', async () => (await this.bell.holding()).all === 0);
  }

  async close(): Promise<void> {
    await this.worker.close();
    await this.bell.onModuleDestroy();
    await this.producer.close();
  }

  private next(): Promise<Job<HeavyJob> | undefined> {
    return this.worker.getNextJob(TOKEN, { block: false });
  }
}

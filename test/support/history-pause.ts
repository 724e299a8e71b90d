import type { DataSource } from 'typeorm';
import { OperationalError } from '#contracts/errors.js';
import { openDatabase } from '#persistence/database.js';
import { TcpProxy } from './tcp-proxy.js';

/** PostgreSQL is away in the middle of something. */
interface Pause {
  /** So much is still said, by either side, before everything stands still. */
  readonly pieces: number;
  /** It goes on, as a process after SIGCONT; or every connection is lost, with all that was on its way. */
  readonly ends: 'goes on' | 'is lost';
}

/** What came of something, for whoever asked until it was told. */
interface Told<T> {
  readonly answer: T;
  /** It was asked before, and what came of that nobody was told. */
  readonly again: boolean;
}

/** Has something asked of a database until it is told what came of it. */
export type Asking = <T>(ask: (database: DataSource) => Promise<T>) => Promise<Told<T>>;

/** Of a PostgreSQL that is there. */
export const directly =
  (database: DataSource): Asking =>
  async (ask) => ({ answer: await ask(database), again: false });

/** A defect: whoever asks anew has a new connection. */
const ASKED_MAX = 20;

/** A database that a test takes away for a moment, and gives back. */
export class PausedDatabase {
  private constructor(
    private readonly proxy: TcpProxy,
    private readonly database: DataSource,
  ) {}

  static async open(url: string): Promise<PausedDatabase> {
    const proxy = await TcpProxy.before(url);
    return new PausedDatabase(proxy, await openDatabase({ url: proxy.through(url), poolMax: 2 }));
  }

  /** Whoever asks meets the pause, and asks anew while all that is said is that the database is late. */
  asking({ pieces, ends }: Pause): Asking {
    return async (ask) => {
      const still = this.proxy.standStill(pieces);
      const first = told(ask(this.database));
      await Promise.race([first, still]);
      if (ends === 'is lost') this.proxy.cut();
      await this.proxy.pass();
      const answers = [await first];
      while (answers.at(-1) === undefined && answers.length < ASKED_MAX) answers.push(await told(ask(this.database)));
      const last = answers.at(-1);
      if (last === undefined) throw new Error(`the database was late ${ASKED_MAX} times`);
      if (ends === 'goes on' && answers.length > 1) throw new Error('nothing was lost, and it was said to be late');
      return { answer: last.answer, again: answers.length > 1 };
    };
  }

  async close(): Promise<void> {
    await this.database.destroy();
    await this.proxy.close();
  }
}

/** @returns undefined where the answer is that the database is late */
async function told<T>(asked: Promise<T>): Promise<{ readonly answer: T } | undefined> {
  try {
    return { answer: await asked };
  } catch (error) {
    if (error instanceof OperationalError) return undefined;
    throw error;
  }
}

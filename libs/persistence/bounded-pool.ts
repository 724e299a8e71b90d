import pg, { type PoolClient, type PoolConfig } from 'pg';
import type { DataSource } from 'typeorm';

import { DatabaseLate } from './errors.js';

type Connected = Parameters<pg.Pool['connect']>[0];

/** More than these would wait for too long: whoever comes behind them is told so at once, and may come again. */
const WAITING_PER_CONNECTION = 4;
/** Short statements that a client waits for; they come in a number that is bounded where they come from. */
const URGENT_CONNECTIONS_MAX = 4;
/** Whoever asks whether the database answers is told within seconds, and a connection that says nothing is replaced. */
const PROBE_MS_MAX = 2_000;

/** A pool in which few wait, with some connections apart, opened at their first use, for what nothing else may hold up. */
export class BoundedPool extends pg.Pool {
  /** Connections beside those of this pool. */
  readonly urgent: pg.Pool;
  /** The one connection of those who ask whether the database answers: they take none from anybody else. */
  readonly probe: pg.Pool;

  constructor(config: PoolConfig) {
    super(config);
    this.urgent = new pg.Pool({ ...config, max: Math.min(this.options.max, URGENT_CONNECTIONS_MAX) });
    const [connectionTimeoutMillis, query_timeout] = [PROBE_MS_MAX, PROBE_MS_MAX];
    this.probe = new pg.Pool({ ...config, max: 1, connectionTimeoutMillis, query_timeout });
    // as for this pool's own: a broken idle connection is replaced
    for (const apart of [this.urgent, this.probe]) apart.on('error', () => undefined);
  }

  /** @throws DatabaseLate, at once, when too many wait already */
  override connect(): Promise<PoolClient>;
  override connect(callback: Connected): void;
  override connect(callback?: Connected): Promise<PoolClient> | undefined {
    if (this.waitingCount < WAITING_PER_CONNECTION * this.options.max) {
      if (callback === undefined) return super.connect();
      super.connect((error, client, release) => {
        callback(error, client, (fault) => release(fault ?? isStuck(client)));
      });
      return undefined;
    }
    const late = new DatabaseLate('too many wait for a connection to the database');
    if (callback === undefined) return Promise.reject(late);
    callback(late, undefined, () => undefined);
    return undefined;
  }

  override end(): Promise<void>;
  override end(callback: () => void): void;
  override end(callback?: () => void): Promise<void> | undefined {
    const ended = Promise.all([super.end(), this.urgent.end(), this.probe.end()]).then(() => undefined);
    if (callback === undefined) return ended;
    void ended.then(callback, callback);
    return undefined;
  }
}

/** The pool of a database, for what TypeORM has no way to ask for. @throws Error when it is not open */
export function boundedPoolOf({ driver }: DataSource): BoundedPool {
  const pool: unknown = 'master' in driver ? driver.master : undefined;
  if (!(pool instanceof BoundedPool)) throw new Error('the database is not open, or it is not PostgreSQL');
  return pool;
}

/** Connections whose statement was refused, and that had not said yet that they take the next. */
const refused = new WeakSet<PoolClient>();

/**
 * Whether a connection that is given back still waits for an answer: it came too late for the driver's limit, or never
 * will, on a half-open connection. Every later statement would wait behind it, for as long as the pool kept it. A statement
 * that was refused has had its answer, and the word that the next may come is on its way: the next one waits for it, once.
 */
function isStuck(client: PoolClient | undefined): boolean {
  if (client === undefined) return false;
  const isReady = Reflect.get(client, 'readyForQuery') !== false;
  const mayBecome = Reflect.get(client, '_activeQuery') === null && !refused.has(client);
  if (isReady || !mayBecome) refused.delete(client);
  else refused.add(client);
  return !isReady && !mayBecome;
}

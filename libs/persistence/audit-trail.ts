import { AsyncLocalStorage } from 'node:async_hooks';

import type { DataSource, EntityManager } from 'typeorm';

import { AuditStore, type Actor } from './audit-store.js';
import { changeOf, holdSubject, stateOf, type State, type SubjectType } from './audit-subjects.js';
import { withDatabase } from './errors.js';

/** What somebody does, before it is done. */
export interface Deed<T> {
  /** `<noun>.<verb>` */
  readonly act: string;
  readonly subject: SubjectType;
  /** Of what is there already. */
  readonly id?: string | undefined;
  /** Of what is made, out of what came of it. */
  readonly madeId?: (result: T) => string | null;
  /** What else is worth knowing, in short. */
  readonly note?: (result: T) => State;
}

/**
 * Has what people do and the row that tells of it in one transaction: both, or neither. Stores that are made with
 * `database` need not know: while an act is under way, whatever they ask goes to its transaction, and a transaction of
 * their own is a savepoint in it.
 */
export class AuditTrail {
  /** For the stores of those who act. */
  readonly database: DataSource;
  private readonly underWay = new AsyncLocalStorage<EntityManager>();
  private readonly book: AuditStore;

  constructor(private readonly source: DataSource) {
    this.book = new AuditStore(source);
    this.database = new Proxy(source, { get: (target, name) => this.property(target, name) });
  }

  /**
   * Does something and writes it down, with what stood before and stands after. When `work` throws, nothing was done.
   *
   * @throws what `work` throws; DatabaseLate
   */
  perform<T>(by: Actor, deed: Deed<T>, work: () => Promise<T>): Promise<T> {
    return this.together(async (transaction) => {
      const { act, subject: type } = deed;
      // a path may have it in capitals, and its history is looked up by how it is kept
      const id = deed.id?.toLowerCase() ?? null;
      await holdSubject(transaction, { type, id });
      const before = await stateOf(transaction, { type, id });
      const result = await work();
      const known = id ?? deed.madeId?.(result) ?? null;
      const change = changeOf(before, await stateOf(transaction, { type, id: known }));
      const detail = { ...change, ...deed.note?.(result) };
      await this.book.record(transaction, { by, act, type, id: known, detail });
      return result;
    });
  }

  /** Some work on `database` in one transaction. What it records it records last. @throws what it throws; DatabaseLate */
  together<T>(work: (transaction: EntityManager) => Promise<T>): Promise<T> {
    return withDatabase(() =>
      this.source.transaction((transaction) => this.underWay.run(transaction, () => work(transaction))),
    );
  }

  private property(target: DataSource, name: string | symbol): unknown {
    const transaction = this.underWay.getStore();
    // a timer that was set during an act may ask long after it
    if (transaction === undefined || transaction.queryRunner?.isReleased !== false) return Reflect.get(target, name);
    switch (name) {
      case 'manager':
        return transaction;
      case 'query':
        return transaction.query.bind(transaction);
      case 'transaction':
        return transaction.transaction.bind(transaction);
      default:
        return Reflect.get(target, name);
    }
  }
}

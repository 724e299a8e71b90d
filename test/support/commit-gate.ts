import type { Product } from './product.js';

/** Of the lock that a closed gate holds. */
const LOCK = 4_711;

/** Stands before the commit of every upload: a test closes it to have uploads wait there. */
export class CommitGate {
  private constructor(private readonly product: Product) {}

  /** Puts the gate into the product's database; it is open. */
  static async build(product: Product): Promise<CommitGate> {
    await product.rows(
      `CREATE FUNCTION pass_gate() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN PERFORM pg_advisory_xact_lock_shared(${LOCK}); RETURN NEW; END $$`,
    );
    await product.rows(`CREATE TRIGGER pass_gate BEFORE INSERT ON outbox FOR EACH ROW EXECUTE FUNCTION pass_gate()`);
    return new CommitGate(product);
  }

  /** @returns what opens it again */
  async close(): Promise<() => Promise<void>> {
    const holder = this.product.database.createQueryRunner();
    await holder.query(`SELECT pg_advisory_lock(${LOCK})`);
    return async () => {
      await holder.query(`SELECT pg_advisory_unlock(${LOCK})`);
      await holder.release();
    };
  }

  /** How many uploads wait before it, or for one that does. */
  waiting(): Promise<number> {
    return this.product.count(`pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`);
  }
}

import type { DataSource } from 'typeorm';
import { uuidv7 } from 'uuidv7';

import type { BankKind } from '#moderation/banks/bank.js';

import { BankEntity } from './entities/bank.entity.js';
import { violatesUnique, withDatabase } from './errors.js';

/** A bank with the number of its entries that were not removed. */
export interface CountedBank {
  readonly bank: BankEntity;
  readonly entries: number;
}

export interface NewBank {
  readonly name: string;
  readonly kind: BankKind;
  readonly distanceMax: number | null;
  readonly createdBy: string;
}

/** What may change of a bank; what is left out stays. */
export interface BankChange {
  readonly distanceMax?: number | null;
  readonly disabledUntil?: Date | null;
}

/** Every service reads all banks every second. */
const BANKS_MAX = 200;

/** Banks: made and changed by admins; the two that final decisions feed are there from the start. */
export class BankStore {
  constructor(private readonly database: DataSource) {}

  /** By name. */
  list(): Promise<CountedBank[]> {
    return withDatabase(async () => {
      const banks = await this.database.manager.find(BankEntity, { order: { name: 'ASC' } });
      const counts = await this.database.query<{ bankId: string; entries: number }[]>(
        `SELECT bank_id AS "bankId", count(*)::float8 AS entries FROM bank_entry WHERE removed_at IS NULL GROUP BY bank_id`,
      );
      const byBank = new Map(counts.map(({ bankId, entries }) => [bankId, entries]));
      return banks.map((bank) => ({ bank, entries: byBank.get(bank.id) ?? 0 }));
    });
  }

  async find(id: string): Promise<BankEntity | undefined> {
    return (await withDatabase(() => this.database.manager.findOneBy(BankEntity, { id }))) ?? undefined;
  }

  /** Makes an empty bank, unless its name is taken or there are too many. */
  create(bank: NewBank): Promise<BankEntity | 'name_taken' | 'too_many'> {
    return withDatabase(async () => {
      if ((await this.database.manager.count(BankEntity)) >= BANKS_MAX) return 'too_many';
      const id = uuidv7();
      try {
        await this.database.manager.insert(BankEntity, { id, ...bank });
      } catch (error) {
        if (violatesUnique(error, 'bank_name_key')) return 'name_taken';
        throw error;
      }
      return this.database.manager.findOneByOrFail(BankEntity, { id });
    });
  }

  /** @returns the bank as it is then; undefined for an id that no bank has */
  async change(id: string, change: BankChange, by: string): Promise<BankEntity | undefined> {
    await withDatabase(() =>
      this.database.manager.update(BankEntity, { id }, { ...change, changedBy: by, changedAt: () => 'now()' }),
    );
    return this.find(id);
  }
}

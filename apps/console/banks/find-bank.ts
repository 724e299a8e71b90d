import { Problem } from '#contracts/problems.js';
import type { BankStore } from '#persistence/bank-store.js';
import type { BankEntity } from '#persistence/entities/bank.entity.js';

/** @throws Problem `not-found` */
export async function findBank(banks: BankStore, id: string): Promise<BankEntity> {
  const bank = await banks.find(id);
  if (bank === undefined) throw noBank();
  return bank;
}

export const noBank = (): Problem => new Problem('not-found', 'There is no bank with this id.');

import type { BankAnswer, BankEntryAnswer } from '#contracts/bank-answer.js';
import type { BankEntryRow } from '#persistence/bank-entry-store.js';
import type { BankEntity } from '#persistence/entities/bank.entity.js';

export const presentBank = (bank: BankEntity): BankAnswer => ({
  id: bank.id,
  name: bank.name,
  kind: bank.kind,
  distanceMax: bank.distanceMax,
  disabledUntil: bank.disabledUntil?.toISOString() ?? null,
  createdBy: bank.createdBy,
  createdAt: bank.createdAt.toISOString(),
  changedBy: bank.changedBy,
  changedAt: bank.changedAt.toISOString(),
});

export const presentEntry = (entry: BankEntryRow): BankEntryAnswer => ({
  ...entry,
  addedAt: entry.addedAt.toISOString(),
  disabledUntil: entry.disabledUntil?.toISOString() ?? null,
});

import type { BankBody } from '#contracts/bank-body.js';
import { Problem } from '#contracts/problems.js';
import { BANK_DISTANCE_MAX } from '#moderation/banks/bank.js';
import type { BankStore } from '#persistence/bank-store.js';
import type { BankEntity } from '#persistence/entities/bank.entity.js';

/** Makes an empty bank. */
export class CreateBank {
  constructor(private readonly banks: BankStore) {}

  /** @throws Problem `conflict` when its name is taken, or there are as many banks as there may be */
  async create({ name, kind, distanceMax }: BankBody, createdBy: string): Promise<BankEntity> {
    const usual = kind === 'block' ? BANK_DISTANCE_MAX : null;
    const made = await this.banks.create({
      name,
      kind,
      distanceMax: distanceMax === undefined ? usual : distanceMax,
      createdBy,
    });
    if (made === 'name_taken') throw new Problem('conflict', `There is a bank called ${name} already.`);
    if (made === 'too_many') throw new Problem('conflict', 'There are as many banks as there may be: use one of them.');
    return made;
  }
}

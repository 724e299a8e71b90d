import type { BankChangeBody } from '#contracts/bank-body.js';
import { Problem } from '#contracts/problems.js';
import type { BankStore } from '#persistence/bank-store.js';
import type { BankEntity } from '#persistence/entities/bank.entity.js';

import { findBank, noBank } from './find-bank.js';

/** What moderators and the machine allow is told by its bytes only: the looks of it may be made up by anybody. */
const EXACT_ONLY = 'decided.allow';

/** Disables a bank for a while, or changes what counts as a likeness. */
export class ChangeBank {
  constructor(private readonly banks: BankStore) {}

  /** @throws Problem `not-found`; `invalid-request` for likenesses in a bank that goes by bytes only */
  async change(id: string, { distanceMax, disabledUntil }: BankChangeBody, by: string): Promise<BankEntity> {
    const { name } = await findBank(this.banks, id);
    if (name === EXACT_ONLY && typeof distanceMax === 'number') {
      throw new Problem('invalid-request', 'Some fields are wrong; `errors` names each of them.', {
        errors: [{ pointer: '/distanceMax', detail: `must be null: ${EXACT_ONLY} goes by bytes only` }],
      });
    }
    const changed = await this.banks.change(
      id,
      {
        ...(distanceMax === undefined ? {} : { distanceMax }),
        ...(disabledUntil === undefined ? {} : { disabledUntil }),
      },
      by,
    );
    if (changed === undefined) throw noBank();
    return changed;
  }
}

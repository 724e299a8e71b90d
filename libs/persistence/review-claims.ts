import type { EntityManager } from 'typeorm';

/** Some in each of several tabs: nobody looks at more at a time, and what one person holds is kept from all others. */
export const CLAIMS_MAX = 20;

/**
 * Whether somebody holds as many other cases as one person may. What else would claim for them waits until the transaction
 * ends: of two at the same moment the second counts what the first took. To be asked when nothing else is left to hold.
 *
 * @param id of the case that they want @param nowMs epoch milliseconds by the database's clock
 * @throws the driver's error
 */
export async function holdsEnough(
  transaction: EntityManager,
  holder: string,
  id: string,
  nowMs: number,
): Promise<boolean> {
  await transaction.query(`SELECT pg_advisory_xact_lock(hashtext('portcullis.claims'), hashtext($1))`, [holder]);
  const [others] = await transaction.query<{ held: number }[]>(OTHERS, [holder, id, new Date(nowMs)]);
  return others !== undefined && others.held >= CLAIMS_MAX;
}

const OTHERS = `
  SELECT count(*)::integer AS held FROM review
  WHERE state = 'claimed' AND claimed_by = $1 AND id <> $2 AND claim_expires_at > $3`;

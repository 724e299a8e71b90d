import type { EntityManager } from 'typeorm';

/**
 * Cases that a person who may not decide them any more holds, has put off or was given are anybody's again.
 *
 * @throws the driver's error
 */
export async function freeCases(transaction: EntityManager, personId: string): Promise<void> {
  await transaction.query(FREE, [personId]);
}

const theirs = (name: string, column: string): string => `CASE WHEN ${name} = p.name THEN NULL ELSE ${column} END`;

const FREE = `
  UPDATE review r SET revision = r.revision + 1, assigned_to = nullif(r.assigned_to, p.name),
    held_by = nullif(r.held_by, p.name), held_until = ${theirs('r.held_by', 'r.held_until')},
    state = CASE WHEN r.claimed_by = p.name THEN 'open' ELSE r.state END, claimed_by = nullif(r.claimed_by, p.name),
    claimed_in = ${theirs('r.claimed_by', 'r.claimed_in')},
    claim_expires_at = ${theirs('r.claimed_by', 'r.claim_expires_at')}
  FROM person p WHERE p.id = $1 AND p.name IN (r.assigned_to, r.claimed_by, r.held_by) AND r.state IN ('open', 'claimed')
    AND (p.disabled_at IS NOT NULL OR r.escalated_by IS NOT NULL)`;

import type { EntityManager } from 'typeorm';

/**
 * Whether whoever set a version's time may still publish: a person who is an admin and not disabled, or who has an admin's
 * key that was not revoked. Of a name that nobody signs in with and no key was made out to nothing is known against it.
 *
 * @throws the driver's error
 */
export async function mayStillPublish(transaction: EntityManager, name: string): Promise<boolean> {
  const [row] = await transaction.query<{ may: boolean | null }[]>(MAY, [name]);
  return row?.may ?? true;
}

const MAY = `
  SELECT bool_or(may) AS may FROM (
    SELECT role = 'admin' AND disabled_at IS NULL AS may FROM person WHERE name = $1
    UNION ALL
    SELECT role = 'admin' AND revoked_at IS NULL FROM api_key WHERE holder = $1 AND role <> 'client') AS known`;

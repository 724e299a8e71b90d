import type { DataSource } from 'typeorm';

import type { PersonRole } from '#contracts/access.js';

import { withDatabase } from './errors.js';

/** Knows who may be given cases. */
export class ReviewAssigneeStore {
  constructor(private readonly database: DataSource) {}

  /** The role of a person who can sign in, or of who holds a key that works, by their name; the highest of several. */
  async roleOf(name: string): Promise<PersonRole | undefined> {
    const rows = await withDatabase(() => this.database.query<{ role: PersonRole }[]>(ROLE, [name]));
    return rows[0]?.role;
  }
}

const ROLE = `
  SELECT role FROM (
    SELECT role FROM person WHERE name = $1 AND disabled_at IS NULL
    UNION ALL
    SELECT role FROM api_key WHERE holder = $1 AND client_id IS NULL AND revoked_at IS NULL
      AND (expires_at IS NULL OR expires_at > now())
  ) AS roles
  ORDER BY array_position(ARRAY['admin', 'senior', 'moderator'], role) LIMIT 1`;

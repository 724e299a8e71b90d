import type { DataSource } from 'typeorm';

import type { Role } from '#contracts/access.js';

import { withDatabase } from './errors.js';

/** Whoever listens: a session of a person, or a key. */
export interface Listener {
  readonly id: string;
  readonly role: Role;
}

/** Knows who may go on listening to the queue. */
export class ReviewLiveStore {
  constructor(
    private readonly database: DataSource,
    private readonly idleMs: number,
  ) {}

  /** Sessions and keys that work, with the role that they have now. */
  listeners(ids: readonly string[]): Promise<Listener[]> {
    return withDatabase(() => this.database.query<Listener[]>(LISTENERS, [ids, this.idleMs]));
  }
}

const LISTENERS = `
  SELECT s.id, p.role FROM person_session s JOIN person p ON p.id = s.person_id
  WHERE s.id = ANY ($1::uuid[]) AND s.expires_at > now() AND p.disabled_at IS NULL
    AND s.seen_at > now() - $2::float8 * interval '1 millisecond'
  UNION ALL
  SELECT k.id, k.role FROM api_key k
  WHERE k.id = ANY ($1::uuid[]) AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())`;

import type { EntityManager } from 'typeorm';

/** What an act is about. */
export interface Subject {
  readonly type: SubjectType;
  /** Null for what has no id, or for many at once. */
  readonly id: string | null;
}

/** What stands in a row, in short. */
export type State = Readonly<Record<string, unknown>>;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const NUMBER = /^[1-9]\d{0,8}$/;
const WORD = /^[a-z_]{1,40}$/;

const REVIEW = 'asset_id, state, claimed_by, assigned_to, held_until, escalated_by, decided_by, revision';

/**
 * What is written down of each kind of thing before and after an act: names of columns. Ids, states and settings; no texts
 * that people wrote about an asset, and nothing that came with one.
 */
const SUBJECTS = {
  asset: { id: UUID, of: 'asset WHERE id = $1::uuid', columns: 'client_id, erased_at' },
  review: { id: UUID, of: 'review WHERE id = $1::uuid', columns: REVIEW },
  bulk_decision: { id: UUID, of: 'bulk_decision WHERE id = $1::uuid', columns: 'decided_by, verdict, undone_by' },
  policy: {
    id: NUMBER,
    of: 'policy_version WHERE version = $1::integer',
    columns: 'state, base_version, author, published_by, approved_by, refused_by, publish_at, missed, restores',
  },
  policy_draft: { id: UUID, of: 'policy_draft WHERE id = $1::uuid', columns: 'base_version, author, revision' },
  replay: { id: UUID, of: 'replay WHERE id = $1::uuid', columns: 'version, draft_id, against, client_id, state' },
  bank: { id: UUID, of: 'bank WHERE id = $1::uuid', columns: 'name, kind, distance_max, disabled_until' },
  bank_entry: {
    id: NUMBER,
    of: 'bank_entry WHERE id = $1::bigint',
    columns: 'bank_id, origin, disabled_until, removed_at',
  },
  dead_letter: { id: NUMBER, of: 'dead_letter WHERE id = $1::bigint', columns: 'asset_id, reason, closed_how' },
  campaign: { id: UUID, of: 'campaign WHERE id = $1::uuid', columns: 'name, state, policy_version, counted' },
  schedule: { id: WORD, of: 'batch_schedule WHERE traffic_class = $1', columns: 'mode, size_max, wait_ms' },
  client: {
    id: UUID,
    of: 'client WHERE id = $1::uuid',
    columns: 'name, uploads_per_minute, assets_per_day, retention_days',
  },
  key: {
    id: UUID,
    of: 'api_key WHERE id = $1::uuid',
    columns: 'prefix, role, holder, client_id, scopes, expires_at, revoked_at, replaced_by',
  },
  person: {
    id: UUID,
    of: 'person WHERE id = $1::uuid',
    columns: 'name, display_name, role, disabled_at, password_until',
  },
  session: { id: UUID, of: 'person_session WHERE id = $1::uuid', columns: 'person_id' },
  webhook: { id: UUID, of: 'webhook_endpoint WHERE id = $1::uuid', columns: 'client_id, types, state, disabled_why' },
} as const;

export type SubjectType = keyof typeof SUBJECTS;

/**
 * Has others who act on the same thing wait until this transaction ends, so that what stood before this act is what the act
 * before it left. To be the first statement of the transaction. @throws the driver's error
 */
export async function holdSubject(transaction: EntityManager, { type, id }: Subject): Promise<void> {
  if (id === null || !SUBJECTS[type].id.test(id)) return;
  await transaction.query(`SELECT pg_advisory_xact_lock(hashtext($1), hashtext($2))`, [`portcullis.${type}`, id]);
}

/** What stands now; undefined where there is nothing of this id. @throws the driver's error */
export async function stateOf(transaction: EntityManager, { type, id }: Subject): Promise<State | undefined> {
  const subject = SUBJECTS[type];
  if (id === null || !subject.id.test(id)) return undefined;
  const rows = await transaction.query<State[]>(`SELECT ${subject.columns} FROM ${subject.of}`, [id]);
  return rows[0];
}

/** What differs: of what is made all that is known of it, of what is gone all that was. */
export function changeOf(before: State | undefined, after: State | undefined): State {
  if (before === undefined || after === undefined) {
    return { ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) };
  }
  const changed = Object.keys(after).filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
  const pick = (state: State): State => Object.fromEntries(changed.map((name) => [name, state[name]]));
  return changed.length === 0 ? {} : { before: pick(before), after: pick(after) };
}

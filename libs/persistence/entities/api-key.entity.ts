import { Column, Entity, PrimaryColumn } from 'typeorm';

import type { Role, Scope } from '#contracts/access.js';

/** A key of a client, a moderator or an admin. Only the secret's SHA-256 is stored. */
@Entity('api_key')
export class ApiKeyEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'client_id', nullable: true })
  clientId!: string | null;

  @Column('text')
  role!: Role;

  /** Who acts with this key, as it is written beside what they did. */
  @Column('text')
  holder!: string;

  /** The first characters of the key, so that people can tell keys apart. */
  @Column('text')
  prefix!: string;

  @Column('bytea', { name: 'secret_sha256' })
  secretSha256!: Buffer;

  @Column('text', { array: true })
  scopes!: Scope[];

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  /** From when it does not work any more; null: until it is revoked. */
  @Column('timestamptz', { name: 'expires_at', nullable: true })
  expiresAt!: Date | null;

  @Column('timestamptz', { name: 'revoked_at', nullable: true })
  revokedAt!: Date | null;
}

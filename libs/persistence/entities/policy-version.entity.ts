import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

import { completePolicy, type PolicyDocument, type StoredPolicyDocument } from '#moderation/policy.js';
import type { PolicyState } from '#moderation/words.js';

const asItIs = (document: PolicyDocument): PolicyDocument => document;

/** An immutable version of thresholds and rules; only its state moves on. */
@Entity('policy_version')
export class PolicyVersionEntity {
  @PrimaryGeneratedColumn('identity', { generatedIdentity: 'ALWAYS' })
  version!: number;

  /** The live version it was drafted from. */
  @Column('integer', { name: 'base_version', nullable: true })
  baseVersion!: number | null;

  @Column('text')
  state!: PolicyState;

  @Column('jsonb', { transformer: { from: (stored: StoredPolicyDocument) => completePolicy(stored), to: asItIs } })
  document!: PolicyDocument;

  @Column('text')
  note!: string;

  @Column('text')
  author!: string;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column('text', { name: 'published_by', nullable: true })
  publishedBy!: string | null;

  @Column('timestamptz', { name: 'published_at', nullable: true })
  publishedAt!: Date | null;
}

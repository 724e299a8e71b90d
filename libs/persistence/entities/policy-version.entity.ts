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

  /** Whoever agreed to it; never its author. */
  @Column('text', { name: 'approved_by', nullable: true })
  approvedBy!: string | null;

  @Column('timestamptz', { name: 'approved_at', nullable: true })
  approvedAt!: Date | null;

  /** When a draft is to be published; kept when that is done. */
  @Column('timestamptz', { name: 'publish_at', nullable: true })
  publishAt!: Date | null;

  @Column('text', { name: 'publish_at_by', nullable: true })
  publishAtBy!: string | null;

  /** Why it was not published at its time. */
  @Column('text', { nullable: true })
  missed!: string | null;

  /** The version whose document it brings back. */
  @Column('integer', { nullable: true })
  restores!: number | null;

  /** Whoever said no to it. */
  @Column('text', { name: 'refused_by', nullable: true })
  refusedBy!: string | null;

  @Column('timestamptz', { name: 'refused_at', nullable: true })
  refusedAt!: Date | null;

  @Column('text', { name: 'refused_because', nullable: true })
  refusedBecause!: string | null;
}

import { Column, Entity, PrimaryColumn } from 'typeorm';

import type { BankHit } from '#moderation/banks/bank.js';
import type { Finding } from '#moderation/label.js';
import type { Reason } from '#moderation/judge.js';
import type { Band, Cause, Source, Stage, Verdict } from '#moderation/words.js';

/** Revision n of an asset's verdict. Written once, never edited. */
@Entity('decision')
export class DecisionEntity {
  @PrimaryColumn('uuid', { name: 'asset_id' })
  assetId!: string;

  @PrimaryColumn('integer')
  revision!: number;

  @Column('text')
  stage!: Stage;

  @Column('text')
  verdict!: Verdict;

  @Column('text', { nullable: true })
  band!: Band | null;

  @Column('text')
  source!: Source;

  @Column('jsonb')
  reasons!: Reason[];

  @Column('integer', { name: 'policy_version' })
  policyVersion!: number;

  @Column('text', { name: 'model_id', nullable: true })
  modelId!: string | null;

  /** The entry of a bank that decided, where the source is `hash`; null everywhere else. */
  @Column('jsonb', { name: 'bank_match', nullable: true })
  match!: BankHit | null;

  /** The revision that lost its force to this one; null for the first, and for a machine's after a human's. */
  @Column('integer', { nullable: true })
  supersedes!: number | null;

  /** The moderator, where a human decided. */
  @Column('text', { nullable: true })
  actor!: string | null;

  @Column('text', { name: 'policy_label', nullable: true })
  policyLabel!: Finding | null;

  @Column('text', { nullable: true })
  note!: string | null;

  /** Why there is this decision beyond the ordinary ones; null for those. */
  @Column('text', { nullable: true })
  cause!: Cause | null;

  /** The dead letter or campaign that caused it. */
  @Column('text', { name: 'cause_id', nullable: true })
  causeId!: string | null;

  @Column('timestamptz', { name: 'decided_at' })
  decidedAt!: Date;
}

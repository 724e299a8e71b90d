import { Column, Entity, PrimaryColumn } from 'typeorm';

import type { ReviewState } from '#moderation/words.js';

/** A human's case on one asset. `revision` guards every change: who changes it must have seen the newest. */
@Entity('review')
export class ReviewEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'asset_id' })
  assetId!: string;

  @Column('uuid', { name: 'client_id' })
  clientId!: string;

  @Column('text')
  state!: ReviewState;

  /** The tiers saw the asset differently: such cases come first. */
  @Column('boolean')
  disagreement!: boolean;

  /** How near the heavy scores came to another band, 0..1: near ones come first. */
  @Column('real')
  margin!: number;

  @Column('integer')
  revision!: number;

  @Column('text', { name: 'claimed_by', nullable: true })
  claimedBy!: string | null;

  @Column('timestamptz', { name: 'claim_expires_at', nullable: true })
  claimExpiresAt!: Date | null;

  @Column('timestamptz', { name: 'opened_at' })
  openedAt!: Date;

  @Column('text', { name: 'decided_by', nullable: true })
  decidedBy!: string | null;

  @Column('timestamptz', { name: 'decided_at', nullable: true })
  decidedAt!: Date | null;
}

import { Column, Entity, PrimaryColumn } from 'typeorm';

import type { CaseTransition } from '#contracts/review-query.js';
import type { Finding } from '#moderation/label.js';
import type { ReviewState } from '#moderation/words.js';

/** A human's case on one asset. `revision` counts its changes: each holds the row, and is held against what it is then. */
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

  /** What the machine's final changed, or would. */
  @Column('text')
  change!: CaseTransition;

  /** What the machine found against the asset. */
  @Column('text', { array: true })
  labels!: Finding[];

  /** Milliseconds that a late block had been served for when the case opened; 0 for others. */
  @Column('double precision', { name: 'exposure_ms' })
  exposureMs!: number;

  /** Since when a late block has been served that goes on being served until it is decided; null for others. */
  @Column('timestamptz', { name: 'served_since', nullable: true })
  servedSince!: Date | null;

  /** How near the heavy scores came to another band, 0..1: near ones come first. */
  @Column('real')
  margin!: number;

  @Column('integer')
  revision!: number;

  @Column('text', { name: 'claimed_by', nullable: true })
  claimedBy!: string | null;

  /** The tab that they hold it in; null: none. Of a claim that has ended it means nothing. */
  @Column('text', { name: 'claimed_in', nullable: true })
  claimedIn!: string | null;

  @Column('timestamptz', { name: 'claim_expires_at', nullable: true })
  claimExpiresAt!: Date | null;

  /** The tab that last claimed it or gave it back, and in which of its turns; null: none that counts them. */
  @Column('text', { name: 'asked_in', nullable: true })
  askedIn!: string | null;

  @Column('integer', { name: 'asked_turn', nullable: true })
  askedTurn!: number | null;

  /** Theirs alone, but for seniors; null: anybody's. */
  @Column('text', { name: 'assigned_to', nullable: true })
  assignedTo!: string | null;

  /** It is put off until then. */
  @Column('timestamptz', { name: 'held_until', nullable: true })
  heldUntil!: Date | null;

  @Column('text', { name: 'held_by', nullable: true })
  heldBy!: string | null;

  /** Who left it to a senior; null: nobody. */
  @Column('text', { name: 'escalated_by', nullable: true })
  escalatedBy!: string | null;

  @Column('timestamptz', { name: 'opened_at' })
  openedAt!: Date;

  @Column('text', { name: 'decided_by', nullable: true })
  decidedBy!: string | null;

  @Column('timestamptz', { name: 'decided_at', nullable: true })
  decidedAt!: Date | null;
}

import { Column, Entity, PrimaryColumn } from 'typeorm';

import type { MediaType } from '#contracts/media-type.js';
import type { Degradation } from '#contracts/prepared-image.js';
import type { LateDefault } from '#moderation/policy.js';
import type { Stage, TrafficClass, Transition, Verdict } from '#moderation/words.js';

/** What is judged, with the decision in force beside it. The latter repeats what the revisions say; `verify` compares. */
@Entity('asset')
export class AssetEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'client_id' })
  clientId!: string;

  @Column('text', { name: 'external_id', nullable: true })
  externalId!: string | null;

  @Column('text', { name: 'uploader_id', nullable: true })
  uploaderId!: string | null;

  @Column('text', { name: 'traffic_class' })
  trafficClass!: TrafficClass;

  @Column('jsonb', { nullable: true })
  metadata!: Record<string, unknown> | null;

  /** Empty once the asset was erased. */
  @Column('bytea')
  sha256!: Buffer;

  @Column('integer')
  bytes!: number;

  @Column('text', { name: 'media_type' })
  mediaType!: MediaType;

  /** Null where the fast tier could not look at the asset. */
  @Column('integer', { nullable: true })
  width!: number | null;

  @Column('integer', { nullable: true })
  height!: number | null;

  @Column('integer', { nullable: true })
  frames!: number | null;

  @Column('text', { array: true })
  degraded!: Degradation[];

  /** What it looks like: 32 bytes; null where nobody has computed it. */
  @Column('bytea', { nullable: true })
  pdq!: Buffer | null;

  /** 0..100; null as `pdq` is. */
  @Column('smallint', { name: 'pdq_quality', nullable: true })
  pdqQuality!: number | null;

  @Column('timestamptz', { name: 'received_at' })
  receivedAt!: Date;

  @Column('timestamptz', { name: 'final_by' })
  finalBy!: Date;

  /** What was promised for the case that the final is not there by then. */
  @Column('text', { name: 'if_late' })
  ifLate!: LateDefault;

  /** How many decisions there are; the newest has this number. */
  @Column('integer')
  revisions!: number;

  @Column('integer', { name: 'standing_revision' })
  standingRevision!: number;

  @Column('text')
  stage!: Stage;

  @Column('text')
  verdict!: Verdict;

  @Column('boolean')
  served!: boolean;

  @Column('text', { nullable: true })
  transition!: Transition | null;

  /** Null while it is not erased. */
  @Column('timestamptz', { name: 'erased_at', nullable: true })
  erasedAt!: Date | null;
}

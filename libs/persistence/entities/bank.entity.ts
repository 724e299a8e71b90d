import { Column, Entity, PrimaryColumn } from 'typeorm';

import type { BankKind } from '#moderation/banks/bank.js';

/** A set of known hashes. */
@Entity('bank')
export class BankEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('text')
  name!: string;

  @Column('text')
  kind!: BankKind;

  /** Bits of a PDQ hash in which a likeness may differ; null: only the same bytes are a hit. */
  @Column('smallint', { name: 'distance_max', nullable: true })
  distanceMax!: number | null;

  @Column('timestamptz', { name: 'disabled_until', nullable: true })
  disabledUntil!: Date | null;

  @Column('text', { name: 'created_by' })
  createdBy!: string;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  /** Who changed it last; null as long as nobody has. */
  @Column('text', { name: 'changed_by', nullable: true })
  changedBy!: string | null;

  @Column('timestamptz', { name: 'changed_at', default: () => 'now()' })
  changedAt!: Date;
}

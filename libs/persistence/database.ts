import pg from 'pg';
import { DataSource } from 'typeorm';

import { BoundedPool, boundedPoolOf } from './bounded-pool.js';
import { ApiKeyEntity } from './entities/api-key.entity.js';
import { AssetEntity } from './entities/asset.entity.js';
import { BankEntity } from './entities/bank.entity.js';
import { DecisionEntity } from './entities/decision.entity.js';
import { PolicyVersionEntity } from './entities/policy-version.entity.js';
import { ReviewEntity } from './entities/review.entity.js';
import { FirstHouse1780000000000 } from '../../migrations/1780000000000-first-house.js';
import { Banks1780100000000 } from '../../migrations/1780100000000-banks.js';
import { Causes1780200000000 } from '../../migrations/1780200000000-causes.js';
import { DeadLetters1780300000000 } from '../../migrations/1780300000000-dead-letters.js';
import { Lateness1780400000000 } from '../../migrations/1780400000000-lateness.js';
import { Schedules1780500000000 } from '../../migrations/1780500000000-schedules.js';
import { Hurry1780600000000 } from '../../migrations/1780600000000-hurry.js';
import { Usage1780700000000 } from '../../migrations/1780700000000-usage.js';
import { Campaigns1780800000000 } from '../../migrations/1780800000000-campaigns.js';
import { Looks1780900000000 } from '../../migrations/1780900000000-looks.js';
import { Sources1781100000000 } from '../../migrations/1781100000000-sources.js';
import { Bulk1781200000000 } from '../../migrations/1781200000000-bulk.js';
import { Events1781300000000 } from '../../migrations/1781300000000-events.js';
import { Clients1781400000000 } from '../../migrations/1781400000000-clients.js';
import { Erasure1781500000000 } from '../../migrations/1781500000000-erasure.js';
import { Heavy1781600000000 } from '../../migrations/1781600000000-heavy.js';
import { EventsMore1781700000000 } from '../../migrations/1781700000000-events-more.js';
import { Persons1781800000000 } from '../../migrations/1781800000000-persons.js';
import { ClientReads1781900000000 } from '../../migrations/1781900000000-client-reads.js';
import { SignIns1782000000000 } from '../../migrations/1782000000000-sign-ins.js';
import { ReviewWork1782100000000 } from '../../migrations/1782100000000-review-work.js';
import { PolicyWork1782200000000 } from '../../migrations/1782200000000-policy-work.js';
import { ScopesAndNotices1782300000000 } from '../../migrations/1782300000000-scopes-and-notices.js';
import { CampaignAttempts1782350000000 } from '../../migrations/1782350000000-campaign-attempts.js';
import { DeskWork1782400000000 } from '../../migrations/1782400000000-desk-work.js';
import { BatchWork1782500000000 } from '../../migrations/1782500000000-batch-work.js';
import { Overview1782600000000 } from '../../migrations/1782600000000-overview.js';
import { PolicyImmutable1782700000000 } from '../../migrations/1782700000000-policy-immutable.js';
import { LeaseWork1782800000000 } from '../../migrations/1782800000000-lease-work.js';
import { DeliveryList1783000000000 } from '../../migrations/1783000000000-delivery-list.js';
import { DeskBounds1783100000000 } from '../../migrations/1783100000000-desk-bounds.js';

export interface DatabaseOptions {
  readonly url: string;
  readonly poolMax: number;
  /** Statements may take as long as they do, as those of a migration of large tables; left out: seconds. */
  readonly isUnhurried?: boolean;
}

/** A statement may not hang a request or a batch for longer than this. */
const STATEMENT_MS_MAX = 15_000;
/** Waiting for a free connection longer than this means overload: tell the client instead of queueing. */
const CONNECT_MS_MAX = 3_000;

/** Opens the pool. @throws the driver's error when PostgreSQL does not answer */
export async function openDatabase({ url, poolMax, isUnhurried = false }: DatabaseOptions): Promise<DataSource> {
  const source = new DataSource({
    type: 'postgres',
    url,
    driver: { ...pg, Pool: BoundedPool },
    poolSize: poolMax,
    entities: [ApiKeyEntity, AssetEntity, BankEntity, DecisionEntity, PolicyVersionEntity, ReviewEntity],
    migrations: [
      FirstHouse1780000000000,
      Banks1780100000000,
      Causes1780200000000,
      DeadLetters1780300000000,
      Lateness1780400000000,
      Schedules1780500000000,
      Hurry1780600000000,
      Usage1780700000000,
      Campaigns1780800000000,
      Looks1780900000000,
      Sources1781100000000,
      Bulk1781200000000,
      Events1781300000000,
      Clients1781400000000,
      Erasure1781500000000,
      Heavy1781600000000,
      EventsMore1781700000000,
      Persons1781800000000,
      ClientReads1781900000000,
      SignIns1782000000000,
      ReviewWork1782100000000,
      PolicyWork1782200000000,
      ScopesAndNotices1782300000000,
      CampaignAttempts1782350000000,
      DeskWork1782400000000,
      BatchWork1782500000000,
      Overview1782600000000,
      PolicyImmutable1782700000000,
      LeaseWork1782800000000,
      DeliveryList1783000000000,
      DeskBounds1783100000000,
    ],
    migrationsTransactionMode: 'each',
    connectTimeoutMS: CONNECT_MS_MAX,
    extra: {
      statement_timeout: isUnhurried ? 0 : STATEMENT_MS_MAX,
      query_timeout: isUnhurried ? 0 : STATEMENT_MS_MAX + 1_000,
      // whoever waits for a whole table holds up all that come behind, such as behind a backup that reads it
      ...(isUnhurried ? { lock_timeout: STATEMENT_MS_MAX } : {}),
      // whoever does not come back, on a half-open connection, holds no row any longer
      idle_in_transaction_session_timeout: STATEMENT_MS_MAX,
      keepAlive: true,
    },
    // A broken idle connection is replaced by the pool; the next statement reports what is still broken.
    poolErrorHandler: () => undefined,
  });
  return source.initialize();
}

/** Brings the tables up to date. Two processes may call it at once: an advisory lock lets one pass at a time. */
export async function migrate(source: DataSource): Promise<void> {
  const runner = source.createQueryRunner();
  try {
    await runner.query(`SELECT pg_advisory_lock(hashtext('portcullis.migrations'))`);
    await source.runMigrations();
  } finally {
    await runner.query(`SELECT pg_advisory_unlock(hashtext('portcullis.migrations'))`);
    await runner.release();
  }
}

/** Resolves when the database answers, on a connection of its own. @throws the driver's error otherwise */
export async function ping(source: DataSource): Promise<undefined> {
  await boundedPoolOf(source).probe.query('SELECT 1');
  return undefined;
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Keys of admins have the scope `admin`; images inferred are counted by day; clients are told of endpoints that were
 * disabled; of what was erased no removed entry of a bank keeps the hash.
 */
export class ScopesAndNotices1782300000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only: restore a backup instead'));
  }
}

const STATEMENTS = [
  `UPDATE api_key SET scopes = '{admin}' WHERE role = 'admin'`,
  `UPDATE api_key SET scopes = array_remove(scopes, 'admin') WHERE role <> 'admin' AND 'admin' = ANY (scopes)`,
  `ALTER TABLE api_key ADD CHECK (CASE role WHEN 'admin' THEN scopes = '{admin}' ELSE NOT 'admin' = ANY (scopes) END)`,
  // an instance is one upload service from its start to its end: nobody else writes its rows, and their numbers only grow
  `CREATE TABLE client_inference (
    client_id uuid NOT NULL REFERENCES client (id),
    day date NOT NULL,
    instance uuid NOT NULL,
    images bigint NOT NULL CHECK (images > 0),
    PRIMARY KEY (client_id, day, instance)
  )`,
  `CREATE INDEX client_inference_by_day ON client_inference (day)`,
  // events about an endpoint are about no asset, and have their place in the order all the same; only tests have none
  `ALTER TABLE event DROP CONSTRAINT event_type_check, DROP CONSTRAINT event_check1, DROP CONSTRAINT event_check2`,
  `ALTER TABLE event
    ADD CHECK (type IN ('asset.final', 'asset.superseded', 'endpoint.disabled', 'webhook.test')),
    ADD CHECK ((asset_id IS NULL) = (type IN ('endpoint.disabled', 'webhook.test'))),
    ADD CHECK (type <> 'webhook.test' OR seq IS NULL)`,
  `CREATE INDEX event_notice_without_place ON event (written) WHERE seq IS NULL AND type = 'endpoint.disabled'`,
  // what a decision taught has its asset until that is erased
  `UPDATE bank_entry SET sha256 = sha256(uuid_send(gen_random_uuid())), pdq = NULL, quality = NULL
    WHERE removed_at IS NOT NULL AND asset_id IS NULL AND origin <> 'import'`,
];

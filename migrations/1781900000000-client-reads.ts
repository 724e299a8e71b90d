import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A client's list of one uploader's assets is read without a look at all the others. */
export class ClientReads1781900000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE INDEX asset_of_uploader ON asset (client_id, uploader_id, id DESC) WHERE uploader_id IS NOT NULL`,
    );
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only: restore a backup instead'));
  }
}

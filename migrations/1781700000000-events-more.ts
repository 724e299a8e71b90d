import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Endpoints whose answers are late are known, so that they are served apart from those that are prompt. */
export class EventsMore1781700000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE webhook_endpoint ADD COLUMN slow boolean NOT NULL DEFAULT false`);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only: restore a backup instead'));
  }
}

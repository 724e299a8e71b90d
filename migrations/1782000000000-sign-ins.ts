import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who has signed in from where is found without reading all that they did. */
export class SignIns1782000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE INDEX audit_sign_ins ON audit (actor, (detail->>'address'), at) WHERE act = 'session.begin'`,
    );
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only: restore a backup instead'));
  }
}

import { spawnSync } from 'node:child_process';
import path from 'node:path';

import { describe, expect, it } from '@jest/globals';

const ROOT = path.resolve(import.meta.dirname, '../..');
const POSTGRES_PASSWORD = 'a-password';

const config = (env: NodeJS.ProcessEnv): { status: number | null; output: string } => {
  const { status, stdout, stderr } = spawnSync('docker-compose', ['config'], { cwd: ROOT, env, encoding: 'utf8' });
  return { status, output: stdout + stderr };
};

const installed = spawnSync('docker-compose', ['version']).error === undefined;

function describeCompose(subject: string, body: () => void): void {
  if (installed) describe(subject, body);
  else describe.skip(`${subject} (skipped: docker-compose is not installed)`, body);
}

describeCompose('docker-compose.yml', () => {
  it('has PostgreSQL, Redis and the three services, with the password in their address', () => {
    const { status, output } = config({ ...process.env, POSTGRES_PASSWORD });
    expect(output).toMatch(/^services:/);
    expect(status).toBe(0);
    for (const service of ['postgres', 'redis', 'setup', 'upload', 'batch', 'console']) {
      expect(output).toMatch(new RegExp(`^  ${service}:`, 'm'));
    }
    expect(output).toContain(`DATABASE_URL: postgres://portcullis:${POSTGRES_PASSWORD}@postgres:5432/portcullis`);
  });

  it('refuses to start without a password, and says so', () => {
    const { status, output } = config({ ...process.env, POSTGRES_PASSWORD: '' });
    expect(status).not.toBe(0);
    expect(output).toContain('set POSTGRES_PASSWORD');
  });
});

import { mkdtemp } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { removeTestHomes, TEST_HOME_PREFIX } from './test-home.mjs';

/**
 * Jest's globalSetup: names the directory of the tests' PostgreSQL. The server itself is started by the first test that
 * asks for a database (postgres.ts), so that runs without one pay nothing.
 */
export default async function setUp() {
  // what runs that were killed have left; not of runs that are under way
  await removeTestHomes((pid) => !isAlive(pid));
  process.env.TEST_POSTGRES_HOME = await mkdtemp(path.join(os.tmpdir(), `${TEST_HOME_PREFIX}${process.pid}-`));
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

import { removeTestHomes } from './test-home.mjs';

/** Jest's globalTeardown: stops the tests' PostgreSQL, if one was started, and removes its directory. */
export default async function tearDown() {
  await removeTestHomes((pid) => pid === process.pid);
}

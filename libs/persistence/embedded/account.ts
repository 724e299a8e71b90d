import { stat } from 'node:fs/promises';
import process from 'node:process';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';

/** A Unix account by its numbers. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** `nobody` on Linux: it owns nothing else. Used by number, because a small container may not name it. */
const NOBODY: Account = { uid: 65534, gid: 65534 };

/**
 * The account the server has to run as, because PostgreSQL refuses to run as root: the owner of the data directory, or
 * `nobody` while there is none. Undefined when this process is not root: the server then runs as this process does.
 *
 * @throws EmbeddedPostgresError when the data belongs to somebody else and this process is not root
 */
export async function accountFor(dataDirectory: string): Promise<Account | undefined> {
  const uid = process.geteuid?.();
  if (uid === undefined) return undefined; // Windows
  const owner = await stat(dataDirectory).catch(() => undefined);
  if (uid === 0) return owner === undefined || owner.uid === 0 ? NOBODY : { uid: owner.uid, gid: owner.gid };
  if (owner !== undefined && owner.uid !== uid) {
    throw new EmbeddedPostgresError(
      `The database in ${dataDirectory} belongs to user id ${owner.uid}, and this is user id ${uid}. ` +
        `Start as that user (or as root), or change the owner of the whole directory.`,
    );
  }
  return undefined;
}

/**
 * How a program that runs as `account` in `cwd` must name that directory. Its parents may be closed to the account (a
 * checkout under /root): `/proc/self/cwd` is the directory itself, reached without walking through them. Elsewhere than
 * on Linux the account needs the way to be open.
 */
export function cwdSeenBy(account: Account | undefined, cwd: string): string {
  return account !== undefined && process.platform === 'linux' ? '/proc/self/cwd' : cwd;
}

import { chmod, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Role, Scope } from '#contracts/access.js';
import type { AccessStore } from '#persistence/access-store.js';
import { newSecret } from '#service/new-secret.js';

/** The keys a first start makes: one client's, and one for each role of the console. */
export interface FirstKeys {
  readonly client: FirstKey;
  readonly moderator: FirstKey;
  readonly admin: FirstKey;
}

export interface FirstKey {
  readonly secret: string;
  /** Readable by the owner only. */
  readonly file: string;
  /** Made just now: the one time it is shown. */
  readonly isNew: boolean;
}

export type KeyMaker = Pick<AccessStore, 'ensureClient' | 'hasKey' | 'addKey'>;

const CLIENT_NAME = 'first-client';
const CLIENT_SCOPES: readonly Scope[] = ['upload', 'read'];

/** Makes the first client and keys, or finds those of an earlier start; also after a crash between the two steps. */
export async function bootstrapKeys(home: string, access: KeyMaker): Promise<FirstKeys> {
  const clientId = await access.ensureClient(CLIENT_NAME);
  const key = async (role: Role, ofClient: string | null, scopes: readonly Scope[]): Promise<FirstKey> => {
    const file = join(home, `${role}-key`);
    const { secret, isNew } = await readOrMake(file);
    // one that was revoked since stays so
    if (!(await access.hasKey(secret))) {
      await access.addKey({ secret, role, clientId: ofClient, holder: `first-${role}`, scopes });
    }
    return { secret, file, isNew };
  };
  return {
    client: await key('client', clientId, CLIENT_SCOPES),
    moderator: await key('moderator', null, []),
    admin: await key('admin', null, []),
  };
}

async function readOrMake(file: string): Promise<{ secret: string; isNew: boolean }> {
  try {
    return { secret: (await readFile(file, 'utf8')).trim(), isNew: false };
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
  const secret = newSecret();
  const half = `${file}.${process.pid}`;
  await writeFile(half, `${secret}\n`, { mode: 0o600 });
  await chmod(half, 0o600);
  await rename(half, file);
  return { secret, isNew: true };
}

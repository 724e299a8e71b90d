import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Principal } from '#contracts/access.js';
import { StartRefused } from '#contracts/errors.js';
import type { AccessStore } from '#persistence/access-store.js';
import type { Settings } from '#settings/settings.js';

import { localUrl } from '../local-url.js';

/** Where the upload service is, and whose key to show. What is left out is that of the installation. */
export interface UploadOptions {
  readonly url?: string;
  readonly keyFile?: string;
}

/** The upload service, and a client's key. */
export interface UploadAddress {
  /** Without a slash at its end. */
  readonly url: string;
  readonly key: string;
}

/** By options, else by PORTCULLIS_URL and PORTCULLIS_KEY. @throws StartRefused when there is no key */
export async function reachUpload(settings: Settings, { url, keyFile }: UploadOptions): Promise<UploadAddress> {
  const { host, upload, client, home } = settings;
  const base = url ?? client.url ?? localUrl(host, upload.port);
  if (!URL.canParse(base)) throw new StartRefused(`${base} is no URL of an upload service`);
  return { url: base.replace(/\/+$/, ''), key: await keyFrom(keyFile, client.key, join(home, 'client-key')) };
}

async function keyFrom(named: string | undefined, set: string | undefined, installed: string): Promise<string> {
  if (named === undefined && set !== undefined) return set;
  const file = named ?? installed;
  const key = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new StartRefused(`${file} cannot be read: set PORTCULLIS_KEY, or --key-file to a client's key`, { cause });
  });
  return key.trim();
}

/** The client whose key it is. @throws StartRefused when it is nobody's, or may not upload */
export async function uploaderOf(key: string, access: Pick<AccessStore, 'principal'>): Promise<string> {
  const principal: Principal | undefined = await access.principal(key);
  if (principal?.clientId === undefined || principal.clientId === null) {
    throw new StartRefused("the key is no client's of this installation, or was revoked: see `portcullis keys`");
  }
  if (principal.scopes.includes('upload')) return principal.clientId;
  throw new StartRefused('the key may not upload: make one with `portcullis keys create --scopes upload,read`');
}

import { ConnectionError } from '#client/errors.js';
import { Portcullis, type PortcullisOptions } from '#client/portcullis.js';

import type { UploadAddress } from './ingest/reach-upload.js';

/** For people who wait: a service that is not there is told within a second or two. */
const PATIENCE = { attemptsMax: 4 };

/** The upload service as every client has it. @param options beside whose key it is */
export const uploadClient = (
  { url, key }: UploadAddress,
  options: Omit<PortcullisOptions, 'url' | 'key'> = PATIENCE,
): Portcullis => new Portcullis({ url, key, ...options });

/** What work comes to. @throws Error in words for people when the service does not answer; what else the work throws */
export async function toldOfService<T>({ url }: UploadAddress, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ConnectionError)) throw error;
    const what = `the upload service does not answer at ${url}: start it, or name another with --url`;
    throw new Error(what, { cause: error });
  }
}

import { createHash } from 'node:crypto';

import type { SubmissionFields } from '#contracts/submission-fields.js';
import type { BulkWork } from '#persistence/bulk-work-store.js';

import { storeImage, tooManyBytes } from '../assets/store-image.js';
import type { UploadSource } from '../assets/upload-source.js';
import { fetchImage, type ImageFetching } from '../fetching/fetch-image.js';
import type { Archives } from './archives.js';

/** Nobody waits for the answer; yet a look that takes longer than this has not begun. */
const PATIENCE_MS = 10_000;

/** Where the bytes of bulk submissions come from. */
export interface BulkOrigins {
  readonly fetching: ImageFetching;
  readonly archives: Pick<Archives, 'read'>;
}

/**
 * The idempotency key under which an item is handed in, each time it is tried: so it becomes one asset. No client can send
 * such a key, for it is not ASCII.
 */
export const keyOf = ({ submissionId, number }: BulkWork): string => `bulk·${submissionId}·${number}`;

/** One item of a bulk submission as an upload of the class `bulk`. */
export function fromBulk(work: BulkWork, { fetching, archives }: BulkOrigins): UploadSource {
  const { clientId } = work;
  const fields: SubmissionFields = {
    class: 'bulk',
    ...(work.externalId === null ? {} : { externalId: work.externalId }),
    ...(work.uploaderId === null ? {} : { uploaderId: work.uploaderId }),
    ...(work.metadata === null ? {} : { metadata: work.metadata }),
  };
  return {
    trafficClass: 'bulk',
    print: createHash('sha256').update(keyOf(work)).digest('hex'),
    patienceMs: PATIENCE_MS,
    receive: async (assetId, options) => {
      const { url, entry } = work;
      if (url !== null) return { ...(await fetchImage(url, clientId, assetId, options, fetching)), fields };
      if (entry.bytes > options.assetBytesMax) throw tooManyBytes(options.assetBytesMax);
      const content = archives.read(work, entry);
      try {
        return { ...(await storeImage(content, assetId, options)), fields };
      } finally {
        await content.return(undefined); // what is not read to its end holds a file open
      }
    },
  };
}

import { createHash } from 'node:crypto';

import type { UrlSubmission } from '#contracts/url-submission.js';

import { fingerprint } from '../assets/fingerprint.js';
import type { UploadSource } from '../assets/upload-source.js';
import { fetchImage, type ImageFetching } from './fetch-image.js';

/**
 * An image that is fetched from where a client says. Its idempotency is that of the address and the fields: a repetition
 * fetches nothing.
 */
export function fromUrl(submission: UrlSubmission, clientId: string, fetching: ImageFetching): UploadSource {
  const { url, ...fields } = submission;
  return {
    trafficClass: fields.class ?? 'normal',
    print: fingerprint(createHash('sha256').update(url).digest(), fields),
    receive: async (assetId, options) => ({
      ...(await fetchImage(url, clientId, assetId, options, fetching)),
      fields,
    }),
  };
}

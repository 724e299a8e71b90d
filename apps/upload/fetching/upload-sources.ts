import type { FastifyRequest } from 'fastify';

import { Problem } from '#contracts/problems.js';
import { UrlSubmission } from '#contracts/url-submission.js';
import { validated } from '#service/problem.pipe.js';

import { isObject, readJsonBody } from '../assets/read-body.js';
import { fromRequest } from '../assets/receive-upload.js';
import type { UploadSource } from '../assets/upload-source.js';
import type { ImageFetching } from './fetch-image.js';
import { fromUrl } from './from-url.js';

/** An address and its fields, metadata at their longest among them. */
const JSON_BYTES_MAX = 16_384;
const JSON_TYPE = /^application\/json\s*(;|$)/i;

/** Finds out where an upload's bytes come from: the request, or an address that it names. */
export class UploadSources {
  constructor(private readonly fetching: ImageFetching) {}

  /** @throws Problem for a JSON body that names no image */
  async of(request: FastifyRequest, clientId: string): Promise<UploadSource> {
    if (!JSON_TYPE.test(request.headers['content-type'] ?? '')) return fromRequest(request);
    const body = await readJsonBody(request.body, JSON_BYTES_MAX);
    if (!isObject(body)) throw new Problem('invalid-request', 'The body must be a JSON object.');
    if (isObject(request.query) && Object.keys(request.query).length > 0) {
      throw new Problem('invalid-request', 'With a JSON body the fields stand in it, not in the query.');
    }
    return fromUrl(validated(UrlSubmission, body), clientId, this.fetching);
  }
}

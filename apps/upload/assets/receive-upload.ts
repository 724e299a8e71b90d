import type { MultipartFile, MultipartValue } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';

import { Problem } from '#contracts/problems.js';
import { SubmissionFields } from '#contracts/submission-fields.js';
import { validated } from '#service/problem.pipe.js';
import { pointerTo } from '#service/refuse-unplain.js';
import { isTrafficClass, type TrafficClass } from '#moderation/words.js';

import { isByteStream } from './read-body.js';
import { emptyBody, storeImage } from './store-image.js';
import type { ReceivedUpload, ReceiveOptions, UploadSource } from './upload-source.js';

const FIELDS_MAX = 8;
/** Twenty metadata texts of 500 characters, of up to four bytes each, fit. */
const FIELD_BYTES_MAX = 65_536;
/** What the parser of forms puts where bytes are no text. Nothing is stored under a name that its client did not give. */
const REPLACED = '\ufffd';
/** RFC 2046, section 5.1.1; two quotes may stand around it. */
const BOUNDARY_MAX = 70 + 2;

/** An upload that comes in a request: its body is the image, or a form with the image in it. */
export const fromRequest = (request: FastifyRequest): UploadSource => ({
  trafficClass: classAtDoor(request),
  receive: (assetId, options) => receiveUpload(request, assetId, options),
});

/** The class as far as it is known before the body is read: forms name it inside. */
function classAtDoor({ query }: FastifyRequest): TrafficClass {
  const said = typeof query === 'object' && query !== null && 'class' in query ? query.class : undefined;
  return isTrafficClass(said) ? said : 'normal';
}

/**
 * Streams an upload to storage: a raw image body with its fields in the query, or multipart/form-data with the image in
 * the part `file`. Leaves nothing behind when it throws.
 *
 * @throws Problem for everything the client can mend
 */
export async function receiveUpload(
  request: FastifyRequest,
  assetId: string,
  options: ReceiveOptions,
): Promise<ReceivedUpload> {
  try {
    return await (request.isMultipart() ? receiveParts : receiveBody)(request, assetId, options);
  } catch (error) {
    throw isHungUp(error) ? new Problem('invalid-request', 'The connection ended before the upload did.') : error;
  }
}

/** The client went away, or was cut for taking too long. */
const isHungUp = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ECONNRESET';

async function receiveBody(request: FastifyRequest, assetId: string, options: ReceiveOptions): Promise<ReceivedUpload> {
  const fields = validated(SubmissionFields, queryFields(request.query));
  const body = request.body;
  if (body === undefined || body === null) throw emptyBody();
  if (!isByteStream(body)) throw new Error('a body comes as a stream');
  return { ...(await storeImage(body, assetId, options)), fields };
}

async function receiveParts(
  request: FastifyRequest,
  assetId: string,
  options: ReceiveOptions,
): Promise<ReceivedUpload> {
  if (boundaryLength(request) > BOUNDARY_MAX) throw brokenForm();
  let file: Omit<ReceivedUpload, 'fields'> | undefined;
  const fields: Record<string, unknown> = {};
  const limits = {
    files: 1,
    fields: FIELDS_MAX,
    parts: FIELDS_MAX + 1,
    fieldSize: FIELD_BYTES_MAX,
    fieldNameSize: 100,
    headerPairs: 20,
    fileSize: options.assetBytesMax + 1,
  };
  try {
    for await (const part of request.parts({ limits })) {
      if (part.type === 'file') file = await storePart(part, assetId, options);
      else addField(fields, part);
    }
    if (file === undefined) throw emptyBody();
    return { ...file, fields: validated(SubmissionFields, fields) };
  } catch (error) {
    if (file !== undefined) await options.files.remove(assetId);
    throw multipartProblem(error);
  }
}

async function storePart(
  part: MultipartFile,
  assetId: string,
  options: ReceiveOptions,
): Promise<Omit<ReceivedUpload, 'fields'>> {
  if (part.fieldname !== 'file') {
    part.file.resume();
    throw new Problem('invalid-request', 'Send the image in the part `file`; other parts may not be files.');
  }
  try {
    return await storeImage(part.file, assetId, options);
  } catch (error) {
    part.file.resume();
    throw error;
  }
}

function addField(fields: Record<string, unknown>, part: MultipartValue): void {
  if (part.fieldnameTruncated || part.valueTruncated) throw new Problem('invalid-request', 'A field is too long.');
  if (Object.hasOwn(fields, part.fieldname)) throw new Problem('invalid-request', 'A field was sent twice.');
  if (typeof part.value === 'string' && part.value.includes(REPLACED)) throw notUtf8(part.fieldname);
  fields[part.fieldname] = part.fieldname === 'metadata' ? parseJson(part.value) : part.value;
}

function queryFields(query: unknown): Record<string, unknown> {
  const fields: Record<string, unknown> = { ...(typeof query === 'object' ? query : {}) };
  if (typeof fields['metadata'] === 'string') fields['metadata'] = parseJson(fields['metadata']);
  return fields;
}

function parseJson(text: unknown): unknown {
  try {
    return JSON.parse(String(text)) as unknown;
  } catch {
    throw new Problem('invalid-request', 'The field `metadata` must be a JSON object.');
  }
}

/** Names what the multipart parser refused; its own words stay inside. */
function multipartProblem(error: unknown): unknown {
  if (error instanceof Problem) return error;
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  if (code === 'FST_FILES_LIMIT') return new Problem('invalid-request', 'Send one file per request.');
  if (code === 'FST_FIELDS_LIMIT' || code === 'FST_PARTS_LIMIT') {
    return new Problem('invalid-request', `Send at most ${FIELDS_MAX} fields beside the file.`);
  }
  const broken =
    error instanceof Error &&
    /multipart|boundary|unexpected end|part header|premature|prototype/i.test(`${error.message} ${code}`);
  return broken ? brokenForm() : error;
}

const notUtf8 = (field: string): Problem =>
  new Problem('invalid-request', 'Some fields are wrong; `errors` names one of them.', {
    errors: [{ pointer: pointerTo('', field), detail: 'must be UTF-8, without U+FFFD, which stands for what is not' }],
  });

const brokenForm = (): Problem =>
  new Problem(
    'invalid-request',
    'The multipart form is broken, ends too early, or has a boundary of over 70 characters.',
  );

const boundaryLength = (request: FastifyRequest): number =>
  /boundary=(.*)/i.exec(request.headers['content-type'] ?? '')?.[1]?.length ?? 0;

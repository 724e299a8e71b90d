import { StorageLate } from './errors.js';

/**
 * Runs S3 work and tells the kinds of failure apart. What the SDK throws is trouble on the way, or a refusal of the
 * bucket: that is an operator's to mend, and no upload's or asset's fault.
 *
 * @throws StorageLate, with what the SDK said as its cause; a defect as it came
 */
export async function withS3<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) throw error;
    const status = statusOf(error);
    const said = status === undefined ? 'does not answer' : `answers with ${status}`;
    throw new StorageLate(`the bucket ${said}`, { cause: error });
  }
}

/** For objects that need not be there. @throws the error when it says anything else, also that there is no bucket */
export function ignoreNoObject(error: unknown): undefined {
  const cause = error instanceof StorageLate ? error.cause : undefined;
  if (statusOf(cause) === 404 && !(cause instanceof Error && cause.name === 'NoSuchBucket')) return undefined;
  throw error;
}

/**
 * What a bucket may say of one object while it gives all others: a key of its own that is disabled, an archive that it was
 * put into, fewer bytes than are asked for.
 */
const REFUSALS = [400, 403, 416];
/** Said of the whole bucket, however well the rest of it is. */
const SLOW_DOWN = 503;

/** Whether an error may be of one object alone; it is when the bucket itself has no fault. */
export function mayBeOfOneObject(error: unknown): boolean {
  if (!(error instanceof StorageLate)) return false;
  const status = statusOf(error.cause) ?? 0;
  return REFUSALS.includes(status) || (status >= 500 && status !== SLOW_DOWN);
}

/** HTTP status of an answer that the SDK made an error of; undefined where nothing answered. */
export function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('$metadata' in error)) return undefined;
  const metadata = error.$metadata;
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return undefined;
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined;
}

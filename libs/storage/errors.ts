import { OperationalError } from '#contracts/errors.js';

/** The disk is full or fails, the bucket is away or says "slow down". The same work may succeed later. */
export class StorageLate extends OperationalError {
  override readonly name: string = 'StorageLate';
}

/** The files that wait for a look, or for a bucket, are as many bytes as they may be. */
export class SpoolFull extends StorageLate {
  override readonly name = 'SpoolFull';
}

/** The stream held more than the cap; what was written of it is gone. */
export class TooManyBytes extends Error {
  override readonly name = 'TooManyBytes';
}

/** One asset's bytes cannot be had, while others' can: they are gone, refused, or not those that were asked for. */
export class BytesUnreadable extends Error {
  override readonly name = 'BytesUnreadable';
}

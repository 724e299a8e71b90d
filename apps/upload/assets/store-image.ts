import { Problem } from '#contracts/problems.js';
import { MEDIA_TYPE_HEAD_BYTES, sniffMediaType } from '#imaging/media-type.js';
import { TooManyBytes } from '#storage/errors.js';

import { peek } from './peek.js';
import type { ReceivedUpload, ReceiveOptions } from './upload-source.js';

/**
 * Streams one image to storage. Nothing is left behind when it throws.
 *
 * @throws Problem `empty-body`, `unsupported-media` or `too-large`; whatever the source throws
 */
export async function storeImage(
  source: AsyncIterable<Uint8Array>,
  assetId: string,
  { files, assetBytesMax }: ReceiveOptions,
): Promise<Omit<ReceivedUpload, 'fields'>> {
  const { head, whole } = await peek(source, MEDIA_TYPE_HEAD_BYTES);
  if (head.byteLength === 0) throw emptyBody();
  const mediaType = await sniffMediaType(head);
  if (mediaType === undefined) throw notAnImage();
  try {
    return { stored: await files.write(assetId, whole, assetBytesMax), mediaType };
  } catch (error) {
    if (!(error instanceof TooManyBytes)) throw error;
    throw tooManyBytes(assetBytesMax);
  }
}

export const emptyBody = (): Problem =>
  new Problem('empty-body', 'Send the image as the request body, or as the part `file` of multipart/form-data.');

export const tooManyBytes = (assetBytesMax: number): Problem =>
  new Problem('too-large', `An image may have at most ${assetBytesMax} bytes.`);

const notAnImage = (): Problem =>
  new Problem('unsupported-media', 'Send JPEG, PNG, WebP, GIF or AVIF. The type is told by content, not by name.');

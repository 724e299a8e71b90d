import type { Settings } from '#settings/settings.js';

import { FolderPlace } from './folder-place.js';
import type { IngestPlace } from './place.js';

/** @param text a folder's path, or `s3://bucket/prefix` @throws StartRefused when it is neither, or cannot be used */
export async function openPlace(text: string, { sourceS3 }: Pick<Settings, 'sourceS3'>): Promise<IngestPlace> {
  if (!text.startsWith('s3:')) return FolderPlace.at(text);
  // the SDK is large: whoever takes nothing from S3 does not wait for it
  const { S3Place } = await import('./s3-place.js');
  return S3Place.at(text, sourceS3);
}

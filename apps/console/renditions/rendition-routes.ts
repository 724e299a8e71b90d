import type { Provider } from '@nestjs/common';

import type { ImageLimits } from '#contracts/prepared-image.js';
import type { openDatabase } from '#persistence/database.js';
import { ReviewAssetStore } from '#persistence/review-asset-store.js';
import type { AssetBytes } from '#storage/asset-bytes.js';

import { ReadRendition } from './read-rendition.js';
import { Renderer, RENDITION_ENTRY } from './renderer.js';

/** What shows people pictures. */
export interface RenditionParts {
  readonly providers: readonly Provider[];
  /** Ends the process that decodes. */
  close(): void;
}

export function renditionParts(
  database: Awaited<ReturnType<typeof openDatabase>>,
  bytes: Pick<AssetBytes, 'borrow'>,
  limits: ImageLimits,
): RenditionParts {
  const renderer = new Renderer({ entry: RENDITION_ENTRY, limits });
  const read = new ReadRendition(new ReviewAssetStore(database), bytes, renderer);
  return { providers: [{ provide: ReadRendition, useValue: read }], close: () => renderer.close() };
}

import { createHash } from 'node:crypto';

import { Problem } from '#contracts/problems.js';
import type { RenditionQuery } from '#contracts/rendition-query.js';
import type { Rendition, RenditionWants } from '#imaging/render-rendition.js';
import type { ReviewAssetStore } from '#persistence/review-asset-store.js';
import type { AssetBytes } from '#storage/asset-bytes.js';
import { BytesUnreadable } from '#storage/errors.js';

import { RenditionLost, type Renderer } from './renderer.js';
import type { Rendered } from './rendition-call.js';

/** A picture with its tag: one of the same tag is the same. */
export type TaggedRendition = (Rendition | { readonly kind: 'unchanged' }) & { readonly etag: string };

/** Makes the pictures of assets that people look at. The bytes that were uploaded are never handed out. */
export class ReadRendition {
  constructor(
    private readonly assets: Pick<ReviewAssetStore, 'find'>,
    private readonly bytes: Pick<AssetBytes, 'borrow'>,
    private readonly renderer: Pick<Renderer, 'render'>,
  ) {}

  /**
   * @param who asks
   * @param has whether they have the picture of a tag already: it is not made anew, but the asset must still be there
   * @throws Problem `not-found`, `erased`, `undecodable`; OperationalError when too many wait
   */
  async read(
    assetId: string,
    { frame, size }: RenditionQuery,
    who: string,
    has: (etag: string) => boolean,
  ): Promise<TaggedRendition> {
    const sha256 = await this.sha256Of(assetId);
    const etag = etagOf(sha256, frame, size);
    if (has(etag)) return { kind: 'unchanged', etag };
    const rendered = await this.render(assetId, sha256, { frame, sizeMax: size }, who);
    if (rendered.kind === 'rendered') return { ...rendered, etag };
    if (rendered.kind === 'no-frame')
      throw new Problem('not-found', `The asset has ${rendered.frames} frames, from 0.`);
    throw noPicture('this file cannot be decoded.');
  }

  private async sha256Of(assetId: string): Promise<string> {
    const asset = await this.assets.find(assetId);
    if (asset === undefined) throw new Problem('not-found', 'There is no asset with this id.');
    if (asset.erased) throw new Problem('erased', 'The asset has been erased: there is no picture of it any more.');
    return asset.sha256;
  }

  private async render(assetId: string, sha256: string, wants: RenditionWants, who: string): Promise<Rendered> {
    try {
      const borrowed = await this.bytes.borrow(assetId, sha256);
      try {
        return await this.renderer.render(borrowed.path, wants, who);
      } finally {
        await borrowed.release();
      }
    } catch (error) {
      if (error instanceof RenditionLost) throw noPicture(`${error.message}.`);
      // somebody may have erased it meanwhile
      await this.sha256Of(assetId);
      if (error instanceof BytesUnreadable || isMissing(error)) throw noPicture('its bytes cannot be read.');
      throw error;
    }
  }
}

/** Of the bytes and of what is wanted: it tells neither. */
const etagOf = (sha256: string, frame: number, size: number): string =>
  `"${createHash('sha256').update(`${sha256} ${frame} ${size}`).digest('base64url')}"`;

const isMissing = (error: unknown): boolean => error instanceof Error && /ENOENT/.test(error.message);

const noPicture = (why: string): Problem => new Problem('undecodable', `There is no picture of this asset: ${why}`);

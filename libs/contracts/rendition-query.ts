import { WholeNumber } from './page-query.js';

/** Pixels of the longer side. */
export const RENDITION_SIZE_MAX = 2_048;
const RENDITION_SIZE_DEFAULT = 1_024;
const FRAME_MAX = 9_999;

/** Which picture of an asset: `GET /api/assets/{id}/rendition`. */
export class RenditionQuery {
  /** Of an animation, from 0; the header `X-Portcullis-Frames` of the answer says how many there are. */
  @WholeNumber(0, FRAME_MAX)
  frame: number = 0;

  /** At most so many pixels along the longer side; nothing is enlarged. */
  @WholeNumber(16, RENDITION_SIZE_MAX)
  size: number = RENDITION_SIZE_DEFAULT;
}

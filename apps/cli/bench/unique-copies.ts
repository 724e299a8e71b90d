import { rounded } from './statistics.js';

const MARKER_BYTES = 2;
/** 0xFFFE, the comment segment of JPEG (ITU T.81, B.2.4.5): its length counts itself and what follows. */
const COMMENT_HEAD = Buffer.from([0xff, 0xfe, 0x00, 0x12]);

/** Bytes of the comment that makes a copy unique. */
export const COPY_MARK_BYTES = 16;

/** A JPEG as its copies have it: with `COPY_MARK_BYTES` of a comment between the two parts. */
export function splitForCopies(jpeg: Buffer): { readonly before: Buffer; readonly after: Buffer } {
  return {
    before: Buffer.concat([jpeg.subarray(0, MARKER_BYTES), COMMENT_HEAD]),
    after: jpeg.subarray(MARKER_BYTES),
  };
}

/**
 * An endless supply of JPEGs of which no two are the same bytes, so that nothing that remembers bytes makes a measurement
 * look better: photographs in turn, each with a comment that was never there before.
 */
export class UniqueCopies {
  private readonly templates: readonly { readonly before: Buffer; readonly after: Buffer }[];
  private made = 0;

  constructor(photographs: readonly Buffer[]) {
    this.templates = photographs.map(splitForCopies);
  }

  /** To ten bytes: the weight of a copy. */
  get meanBytes(): number {
    const bytes = this.templates.map(({ before, after }) => before.length + COPY_MARK_BYTES + after.length);
    return rounded(bytes.reduce((sum, length) => sum + length, 0) / bytes.length, -1);
  }

  next(): Buffer {
    const template = this.templates[this.made % this.templates.length];
    if (template === undefined) throw new Error('there are no photographs to copy');
    const mark = Buffer.from(String(this.made).padStart(COPY_MARK_BYTES, '0'), 'latin1');
    this.made += 1;
    return Buffer.concat([template.before, mark, template.after]);
  }
}

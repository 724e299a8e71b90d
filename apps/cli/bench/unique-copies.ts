import { rounded } from './statistics.js';

const MARKER_BYTES = 2;
/** 0xFFFE, the comment segment of JPEG (ITU T.81, B.2.4.5): its length counts itself and what follows. */
const COMMENT_HEAD = Buffer.from([0xff, 0xfe, 0x00, 0x12]);
const COMMENT_BYTES = 16;

/**
 * An endless supply of JPEGs of which no two are the same bytes, so that nothing that remembers bytes makes a measurement
 * look better: photographs in turn, each with a comment that was never there before.
 */
export class UniqueCopies {
  private readonly templates: readonly Buffer[];
  private made = 0;

  constructor(photographs: readonly Buffer[]) {
    this.templates = photographs.map((jpeg) =>
      Buffer.concat([
        jpeg.subarray(0, MARKER_BYTES),
        COMMENT_HEAD,
        Buffer.alloc(COMMENT_BYTES),
        jpeg.subarray(MARKER_BYTES),
      ]),
    );
  }

  /** To ten bytes: the weight of a copy. */
  get meanBytes(): number {
    return rounded(this.templates.reduce((sum, { length }) => sum + length, 0) / this.templates.length, -1);
  }

  next(): Buffer {
    const template = this.templates[this.made % this.templates.length];
    if (template === undefined) throw new Error('there are no photographs to copy');
    const copy = Buffer.from(template);
    copy.write(String(this.made).padStart(COMMENT_BYTES, '0'), MARKER_BYTES + COMMENT_HEAD.length, 'latin1');
    this.made += 1;
    return copy;
  }
}

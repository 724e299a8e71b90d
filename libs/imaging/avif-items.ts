import { BOXES_MAX, heifBoxes, heifBoxesOf, type HeifBox } from './heif-boxes.js';

/** Width and height in pixels, as `ispe` says. */
export interface ItemExtent {
  readonly width: number;
  readonly height: number;
}

/** That an item is made of another one, as a grid is of its tiles. */
interface Derivation {
  readonly of: number;
  readonly from: number;
}

/** What the boxes of an AVIF say of the items in it. */
export interface AvifItems {
  /** Of every `ispe` there is, used or not. */
  readonly extents: readonly ItemExtent[];
  /** Pixels of each item that has an `ispe`, by its id: of its largest. */
  readonly pixels: ReadonlyMap<number, number>;
  /** One entry per mention, in the file's order; `DERIVATIONS_MAX` at most. */
  readonly derivations: readonly Derivation[];
  /** False where there were too many boxes or derivations to read them all. */
  readonly complete: boolean;
}

/** A grid has 256 × 256 tiles at most. */
const DERIVATIONS_MAX = 65_536;

const FULL_BOX_BYTES = 4;
const NO_EXTENT: ItemExtent = { width: 0, height: 0 };

/**
 * Reads how large the items of an AVIF are and which are made of which: `ispe` in `meta`/`iprp`/`ipco`, `ipma` in
 * `meta`/`iprp`, `dimg` in `meta`/`iref` (ISO/IEC 23008-12, 6.5.3, 6.6.2 and 9.3; ISO/IEC 14496-12, 8.11.12). Nothing is
 * followed, every byte is read a bounded number of times, and what is cut off or nonsense is left out.
 */
export function readAvifItems(bytes: Uint8Array): AvifItems {
  const extents: ItemExtent[] = [];
  const pixels = new Map<number, number>();
  const derivations: Derivation[] = [];
  let boxes = 0;
  for (const meta of heifBoxes(bytes)) {
    boxes += 1;
    if (meta.type !== 'meta') continue;
    const from = meta.start + FULL_BOX_BYTES;
    for (const iprp of heifBoxesOf('iprp', bytes, from, meta.end)) {
      const properties = readProperties(bytes, iprp);
      for (const extent of properties) if (extent !== NO_EXTENT) extents.push(extent);
      for (const ipma of heifBoxesOf('ipma', bytes, iprp.start, iprp.end)) {
        readAssociations(new Fields(bytes, ipma), properties, pixels);
      }
    }
    for (const iref of heifBoxesOf('iref', bytes, from, meta.end)) readDerivations(bytes, iref, derivations);
  }
  return { extents, pixels, derivations, complete: boxes < BOXES_MAX && derivations.length < DERIVATIONS_MAX };
}

/** One per box in `ipco`, because associations count them all. */
function readProperties(bytes: Uint8Array, iprp: HeifBox): ItemExtent[] {
  const properties: ItemExtent[] = [];
  for (const ipco of heifBoxesOf('ipco', bytes, iprp.start, iprp.end)) {
    for (const property of heifBoxes(bytes, ipco.start, ipco.end)) {
      const fields = new Fields(bytes, property, FULL_BOX_BYTES);
      properties.push(
        property.type === 'ispe' && fields.left >= 8 ? { width: fields.take(4), height: fields.take(4) } : NO_EXTENT,
      );
    }
  }
  return properties;
}

function readAssociations(ipma: Fields, properties: readonly ItemExtent[], pixels: Map<number, number>): void {
  const version = ipma.take(1);
  const indexBytes = (ipma.take(3) & 1) === 0 ? 1 : 2;
  const items = ipma.take(4);
  for (let item = 0; item < items && ipma.left > 0; item += 1) {
    const id = ipma.take(version === 0 ? 2 : 4);
    const associations = ipma.take(1);
    for (let index = 0; index < associations && ipma.left > 0; index += 1) {
      // The highest bit says whether the property is essential; numbers begin at 1.
      const number = ipma.take(indexBytes) & (indexBytes === 1 ? 0x7f : 0x7f_ff);
      const { width, height } = properties[number - 1] ?? NO_EXTENT;
      if (width * height > 0) pixels.set(id, Math.max(pixels.get(id) ?? 0, width * height));
    }
  }
}

function readDerivations(bytes: Uint8Array, iref: HeifBox, derivations: Derivation[]): void {
  const idBytes = new Fields(bytes, iref).take(1) === 0 ? 2 : 4;
  for (const dimg of heifBoxesOf('dimg', bytes, iref.start + FULL_BOX_BYTES, iref.end)) {
    const fields = new Fields(bytes, dimg);
    const of = fields.take(idBytes);
    const mentions = fields.take(2);
    for (let index = 0; index < mentions && fields.left > 0 && derivations.length < DERIVATIONS_MAX; index += 1) {
      derivations.push({ of, from: fields.take(idBytes) });
    }
  }
}

/** Reads unsigned big-endian numbers of a box one after the other; bytes beyond its end read as 0. */
class Fields {
  private offset: number;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly box: HeifBox,
    skip = 0,
  ) {
    this.offset = box.start + skip;
  }

  get left(): number {
    return this.box.end - this.offset;
  }

  take(count: 1 | 2 | 3 | 4): number {
    let value = 0;
    for (let index = 0; index < count; index += 1, this.offset += 1) {
      value = value * 256 + (this.offset < this.box.end ? (this.bytes[this.offset] ?? 0) : 0);
    }
    return value;
  }
}

/** One box: size, type, content; the tests may let the size lie. */
export function heifBox(type: string, content: Uint8Array, size: number = 8 + content.length): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(size, 0);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, content]);
}

/** Big-endian numbers of 32 bit. */
export function words(...numbers: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * numbers.length);
  numbers.forEach((number, index) => bytes.writeUInt32BE(number, 4 * index));
  return bytes;
}

/** `ispe`: version and flags, width, height. */
export const ispe = (width: number, height: number): Buffer => heifBox('ispe', words(0, width, height));

/** `ipma` of version 0: of each item its id, and the numbers of its properties, counted from 1. */
export function ipma(...items: readonly (readonly [id: number, ...properties: number[]])[]): Buffer {
  const entries = items.map(([id, ...properties]) => Buffer.from([id >> 8, id, properties.length, ...properties]));
  return heifBox('ipma', Buffer.concat([words(0, items.length), ...entries]));
}

/** `dimg` of `iref` version 0: the item, and those that it is made of. */
export function dimg(of: number, ...from: readonly number[]): Buffer {
  const numbers = [of, from.length, ...from].flatMap((number) => [number >> 8, number]);
  return heifBox('dimg', Buffer.from(numbers));
}

/** The boxes of an AVIF that say how large its items are, and none of the others. */
export function craftAvifSizes(properties: readonly Buffer[], ipmas: readonly Buffer[], dimgs: readonly Buffer[] = []) {
  const iprp = heifBox('iprp', Buffer.concat([heifBox('ipco', Buffer.concat(properties)), ...ipmas]));
  const iref = heifBox('iref', Buffer.concat([words(0), ...dimgs]));
  const meta = heifBox('meta', Buffer.concat([words(0), iprp, ...(dimgs.length > 0 ? [iref] : [])]));
  return Buffer.concat([heifBox('ftyp', Buffer.from('avif\0\0\0\0avifmif1', 'latin1')), meta]);
}

/** A clean aperture around the middle (ISO/IEC 14496-12, 12.1.4), put into an AVIF of one item, as sharp writes it. */
export function cropAvif(avif: Buffer, width: number, height: number): Buffer {
  const clap = heifBox('clap', words(width, 1, height, 1, 0, 1, 0, 1));
  const at = (type: string): number => avif.indexOf(type, 0, 'latin1') - 4;
  const [ipma, mdat] = [at('ipma'), at('mdat')];
  const properties = countBoxes(avif.subarray(at('ipco') + 8, ipma));
  const associations = ipma + 18;
  const grown = clap.length + 1;

  const head = Buffer.from(avif.subarray(0, mdat));
  for (const type of ['meta', 'iprp']) head.writeUInt32BE(head.readUInt32BE(at(type)) + grown, at(type));
  head.writeUInt32BE(head.readUInt32BE(at('ipco')) + clap.length, at('ipco'));
  head.writeUInt32BE(head.readUInt32BE(ipma) + 1, ipma);
  head.writeUInt8(head.readUInt8(associations) + 1, associations);
  // Where the item's data lies is said from the start of the file, and the head becomes longer.
  const location = head.indexOf(words(mdat + 8), at('iloc'));
  head.writeUInt32BE(mdat + 8 + grown, location);
  const ipmaEnd = ipma + avif.readUInt32BE(ipma);
  return Buffer.concat([
    head.subarray(0, ipma),
    clap,
    head.subarray(ipma, ipmaEnd),
    Buffer.from([0x80 | (properties + 1)]),
    head.subarray(ipmaEnd),
    avif.subarray(mdat),
  ]);
}

function countBoxes(bytes: Buffer): number {
  let boxes = 0;
  for (let offset = 0; offset < bytes.length; offset += bytes.readUInt32BE(offset)) boxes += 1;
  return boxes;
}

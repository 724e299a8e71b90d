import { createHash } from 'node:crypto';

/** What `externalId` holds. */
const EXTERNAL_ID_MAX = 255;
const DIGEST_CHARACTERS = 16;
/** A text of the metadata may have 500; all of them stand in a URL. */
const METADATA_TEXT_MAX = 200;

/** Control characters, backslashes, and what was no UTF-8. */
const UNPLAIN = /[\p{Cc}\\\uFFFD]/u;

/**
 * A key for people and for clients: as it is where it is plain text; else each byte of what is not plain as `\xNN`, so
 * that no two keys have the same text.
 */
export function keyText(key: Buffer): string {
  const text = key.toString('utf8');
  if (!UNPLAIN.test(text)) return text;
  let shown = '';
  for (let at = 0; at < key.byteLength;) {
    const bytes = characterBytes(key, at);
    const character = key.toString('utf8', at, at + bytes);
    shown += UNPLAIN.test(character) ? escaped(key.subarray(at, at + bytes)) : character;
    at += bytes;
  }
  return shown;
}

/** Bytes of the UTF-8 character at a place, 1 where there is none. */
function characterBytes(key: Buffer, at: number): number {
  const first = key[at] ?? 0;
  const bytes = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  const whole = key.subarray(at, at + bytes);
  return Buffer.from(whole.toString('utf8'), 'utf8').equals(whole) ? bytes : 1;
}

const escaped = (bytes: Buffer): string =>
  [...bytes].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');

/**
 * The name under which an item's asset is found: the key's text, or of a longer one its end behind a digest of the whole,
 * so that no two keys have the same.
 */
export function externalIdOf(key: Buffer): string {
  const text = keyText(key);
  if (text.length <= EXTERNAL_ID_MAX) return text;
  const digest = createHash('sha256').update(key).digest('hex').slice(0, DIGEST_CHARACTERS);
  return `${digest}…${endOf(text, EXTERNAL_ID_MAX - DIGEST_CHARACTERS - 1)}`;
}

/** A text as metadata take it: plain, and of a long one the end. */
export const metadataText = (text: string): string => endOf(keyText(Buffer.from(text)), METADATA_TEXT_MAX);

function endOf(text: string, most: number): string {
  const end = text.slice(-most);
  // half of a surrogate pair may stand at the cut
  return end.isWellFormed() ? end : end.slice(1);
}

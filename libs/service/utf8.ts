const UTF_8 = new TextDecoder('utf-8', { fatal: true });

/** What bytes say, without a byte order mark. @throws TypeError for bytes that are no UTF-8: nothing is replaced in silence */
export const utf8Of = (bytes: Uint8Array): string => UTF_8.decode(bytes);

import type { KeyStore, ListedKey } from '#persistence/key-store.js';

/** As much of an id or of a key as people copy. */
const NAMED_CHARACTERS = { min: 8, max: 64 };

/**
 * The key that a person names: by its id, by the beginning of that, or by the readable beginning of the key.
 *
 * @throws Error in words when that names none, or several
 */
export async function keyCalled(keys: Pick<KeyStore, 'named'>, text: string): Promise<ListedKey> {
  const named = text.replace(/…$/, '');
  const { min, max } = NAMED_CHARACTERS;
  if (named.length < min || named.length > max) {
    throw new Error(`name a key by ${min} characters or more of its id, or of its beginning as \`keys list\` shows it`);
  }
  const [key, another] = await keys.named(named);
  if (key === undefined) throw new Error(`there is no key whose id or beginning is ${named}; \`keys list\` shows all`);
  if (another !== undefined) throw new Error(`several keys begin with ${named}: name one by its id`);
  return key;
}

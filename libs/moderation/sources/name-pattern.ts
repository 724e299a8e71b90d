/** Patterns that people write are shorter; long ones take long to match. */
export const NAME_PATTERN_MAX = 100;

/** Characters that mean something to a regular expression. */
const SPECIAL = /[\\^$.|+()[\]{}]/g;

/**
 * Whether a name fits a pattern: `*` is any part of a name, `**` also over folders, `?` one character; the case of letters
 * does not matter. A pattern without `/` is of the last part of the name, one with `/` of the whole name.
 *
 * @returns a function that says so of a name such as `2026/cat.jpg`
 */
export function namePattern(pattern: string): (name: string) => boolean {
  const text = pattern.replace(SPECIAL, '\\$&').replace(/\*+|\?/g, (sign) => {
    if (sign === '?') return '[^/]';
    return sign === '*' ? '[^/]*' : '.*';
  });
  const expression = new RegExp(`^${text}$`, 'isu');
  const whole = pattern.includes('/');
  return (name) => expression.test(whole ? name : name.slice(name.lastIndexOf('/') + 1));
}

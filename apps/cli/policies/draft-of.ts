/**
 * What to post of a file: the document alone, or an answer of `show`, which also says of which version the document is. Then
 * the draft is refused when another has gone live since, instead of taking back what that one changed.
 *
 * @param base the version that it was edited from, where the caller says it
 */
export function draftOf(file: unknown, note: string, base: number | undefined): Readonly<Record<string, unknown>> {
  const shown = typeof file === 'object' && file !== null && 'document' in file ? file : undefined;
  const version = shown !== undefined && 'version' in shown ? shown.version : undefined;
  const baseVersion = base ?? version;
  return { document: shown?.document ?? file, note, ...(baseVersion === undefined ? {} : { baseVersion }) };
}

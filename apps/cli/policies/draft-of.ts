const NO_BASE =
  'the file does not say which version it was edited from: say it with --base, or edit what `policies show --json` prints';

/** A `PolicyDraftBody` that was not looked at yet. */
export interface PostedDraft {
  readonly document: unknown;
  readonly note: string;
  readonly baseVersion: unknown;
}

/**
 * What to post of a file: the document alone, or an answer of `show`, which also says of which version the document is. Then
 * the draft is refused when another has gone live since, instead of taking back what that one changed.
 *
 * @param base the version that it was edited from, where the caller says it
 * @throws Error in words when neither says it
 */
export function draftOf(file: unknown, note: string, base: number | undefined): PostedDraft {
  const shown = typeof file === 'object' && file !== null && 'document' in file ? file : undefined;
  const version = shown !== undefined && 'version' in shown ? shown.version : undefined;
  const baseVersion = base ?? version;
  if (baseVersion === undefined) throw new Error(NO_BASE);
  return { document: shown?.document ?? file, note, baseVersion };
}

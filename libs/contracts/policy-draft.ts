import { IsInt, Max, Min, ValidateIf } from 'class-validator';

import { Part } from './part.js';
import { PlainText, SaysSomething } from './plain-text.js';
import { DocumentPart } from './policy-document.js';

export const NOTE_CHARACTERS_MAX = 1_000;
/** PostgreSQL's largest `integer`. */
export const VERSION_MAX = 2_147_483_647;
export const VERSION = { message: 'must be a version' };

/** A policy as an admin hands it in: its shape. Whether its numbers make sense is for the core's `policyFaults`. */
export class PolicyDraftBody {
  @Part(() => DocumentPart)
  document!: DocumentPart;

  /** What changes and why, for whoever reads the history. */
  @SaysSomething()
  @PlainText(NOTE_CHARACTERS_MAX, { lines: true })
  note!: string;

  /**
   * The live version that the document was edited from: the draft is refused when another has gone live since. Null where
   * none ever was.
   */
  @ValidateIf((_, version) => version !== null)
  @IsInt(VERSION)
  @Min(1, VERSION)
  @Max(VERSION_MAX, VERSION)
  baseVersion!: number | null;
}

import { IsInt, IsOptional, Max, Min } from 'class-validator';

import { Part } from './part.js';
import { PlainText } from './plain-text.js';
import { DocumentPart } from './policy-document.js';
import { NOTE_CHARACTERS_MAX, VERSION, VERSION_MAX } from './policy-draft.js';

const REVISION = { message: 'must be a revision' };

/** A draft that somebody begins. */
export class PolicyDraftBeginBody {
  @Part(() => DocumentPart)
  document!: DocumentPart;

  /** What changes and why; left out until somebody knows. */
  @IsOptional()
  @PlainText(NOTE_CHARACTERS_MAX, { lines: true })
  note?: string;

  /** The version that is live, which it is to follow. */
  @IsInt(VERSION)
  @Min(1, VERSION)
  @Max(VERSION_MAX, VERSION)
  baseVersion!: number;
}

/** A draft as it is to be from now on. */
export class PolicyDraftSaveBody extends PolicyDraftBeginBody {
  /** The one that was edited: refused when somebody has saved since. */
  @IsInt(REVISION)
  @Min(1, REVISION)
  @Max(VERSION_MAX, REVISION)
  revision!: number;
}

/** A draft that becomes a version. */
export class PolicyDraftSubmitBody {
  /** The one that was looked at: refused when somebody has saved since. */
  @IsInt(REVISION)
  @Min(1, REVISION)
  @Max(VERSION_MAX, REVISION)
  revision!: number;
}

import { Allow, IsOptional } from 'class-validator';

import { PlainText } from './plain-text.js';
import { ItemFields } from './submission-fields.js';
import { URL_CHARACTERS_MAX } from './url-submission.js';

export const FILE_NAME_CHARACTERS_MAX = 500;

/** What every line says; `problem` is what a list of errors says, which may be sent again as it is. */
class BulkLine extends ItemFields {
  @IsOptional()
  @Allow()
  problem?: unknown;
}

/** One line of a bulk submission by addresses. */
export class BulkUrlLine extends BulkLine {
  @PlainText(URL_CHARACTERS_MAX)
  url!: string;
}

/** One line of an archive's `manifest.jsonl`: what is to be known of one of its files. */
export class BulkFileLine extends BulkLine {
  /** Its path in the archive. */
  @PlainText(FILE_NAME_CHARACTERS_MAX)
  file!: string;
}

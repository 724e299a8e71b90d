import { PlainText } from './plain-text.js';
import { SubmissionFields } from './submission-fields.js';

export const URL_CHARACTERS_MAX = 2_048;

/** An image by its address on the web, with what a client may say about it. */
export class UrlSubmission extends SubmissionFields {
  @PlainText(URL_CHARACTERS_MAX)
  url!: string;
}

export interface MalformedOptions {
  /** Hostile files to upload. */
  readonly files: number;
  /** Uploads under way at once. */
  readonly clients: number;
  /** Another seed, other files. */
  readonly seed: number;
  /** What the service promises, in milliseconds: who would be judged later is sent away, or accepted unjudged. */
  readonly slo: number;
  /** A folder of broken files that are uploaded first, as they are. */
  readonly corpus?: string;
  /** A folder for the files that broke a promise. */
  readonly keep?: string;
}

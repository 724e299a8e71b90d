import { StartRefused } from '#contracts/errors.js';

/** A model version that must not be served. Each fault names its file. Thrown at start, before any image is judged. */
export class ModelRefused extends StartRefused {
  override readonly name = 'ModelRefused';

  constructor(
    /** The file each fault was found in. */
    readonly file: string,
    readonly faults: readonly string[],
  ) {
    super(faults.map((fault) => `${file}: ${fault}`).join('\n'));
  }
}

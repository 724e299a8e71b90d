import type { MediaType } from '#contracts/media-type.js';
import type { SubmissionFields } from '#contracts/submission-fields.js';
import type { TrafficClass } from '#moderation/words.js';
import type { AssetBytes, StoredBytes } from '#storage/asset-bytes.js';

/** An upload whose bytes are stored and whose fields are valid; nothing is decided yet. */
export interface ReceivedUpload {
  readonly stored: StoredBytes;
  readonly mediaType: MediaType;
  readonly fields: SubmissionFields;
}

export interface ReceiveOptions {
  readonly files: Pick<AssetBytes, 'write' | 'remove'>;
  readonly assetBytesMax: number;
}

/** Where one upload's bytes and fields come from: a request, an address, an archive. */
export interface UploadSource {
  /** The class as far as it is known before the bytes are there. */
  readonly trafficClass: TrafficClass;
  /**
   * SHA-256 (hexadecimal) of what was submitted, where that is known before the bytes are there: a repetition then
   * receives the first answer and nothing is read. Left out, it is made of the bytes and the fields.
   */
  readonly print?: string;
  /**
   * How long its look may take when nobody waits for the answer, milliseconds. It is then sent away rather than judged by
   * the policy's default when the fast tier has no time for it. Left out, the promise to clients holds.
   */
  readonly patienceMs?: number;
  /**
   * Brings the bytes to storage under the asset's id. Leaves nothing behind when it throws.
   *
   * @throws Problem for everything the client can mend
   */
  receive(assetId: string, options: ReceiveOptions): Promise<ReceivedUpload>;
}

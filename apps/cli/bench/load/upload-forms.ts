import { randomBytes } from 'node:crypto';

import type { TrafficClass } from '#moderation/words.js';

import { COPY_MARK_BYTES, splitForCopies } from '../unique-copies.js';

/** The request target of uploads, and who uploads. */
export interface UploadAddress {
  readonly host: string;
  readonly path: string;
  readonly key: string;
}

const BOUNDARY = 'portcullis-load-4b8c02e1';
const RUN_BYTES = 3;

/**
 * Whole HTTP requests that upload a photograph as a multipart form. Everything but sixteen bytes of each is made once and
 * shared: those are a comment of the JPEG that was never there before, so that no two uploads are the same bytes.
 */
export class UploadForms {
  private readonly shared = new Map<string, { readonly head: Buffer; readonly tail: Buffer }>();
  /** Uploads of another generator to the same service have another mark. */
  private readonly run = randomBytes(RUN_BYTES).toString('hex');
  private made = 0;

  constructor(
    private readonly photographs: Readonly<Record<string, readonly Buffer[]>>,
    private readonly address: UploadAddress,
  ) {}

  /** The parts of a request, to be written one after the other. @throws RangeError when there is no such size */
  next(size: string, trafficClass: TrafficClass): readonly Buffer[] {
    const photographs = this.photographs[size] ?? [];
    const index = this.made % photographs.length;
    const jpeg = photographs[index];
    if (jpeg === undefined) throw new RangeError(`there are no photographs of size ${size}`);
    const { head, tail } = this.sharedParts(`${size} ${index} ${trafficClass}`, jpeg, trafficClass);
    const mark = `${this.run}${this.made}`.padEnd(COPY_MARK_BYTES, ' ');
    this.made += 1;
    return [head, Buffer.from(mark, 'latin1'), tail];
  }

  private sharedParts(name: string, jpeg: Buffer, trafficClass: TrafficClass): { head: Buffer; tail: Buffer } {
    const known = this.shared.get(name);
    if (known !== undefined) return known;
    const { before, after } = splitForCopies(jpeg);
    const form =
      `--${BOUNDARY}\r\ncontent-disposition: form-data; name="class"\r\n\r\n${trafficClass}\r\n` +
      `--${BOUNDARY}\r\ncontent-disposition: form-data; name="file"; filename="picture.jpg"\r\n` +
      'content-type: image/jpeg\r\n\r\n';
    const end = `\r\n--${BOUNDARY}--\r\n`;
    const bytes = form.length + before.length + COPY_MARK_BYTES + after.length + end.length;
    const { host, path, key } = this.address;
    const headers =
      `POST ${path} HTTP/1.1\r\nhost: ${host}\r\nauthorization: Bearer ${key}\r\n` +
      `content-type: multipart/form-data; boundary=${BOUNDARY}\r\ncontent-length: ${bytes}\r\n\r\n`;
    const parts = {
      head: Buffer.concat([Buffer.from(headers + form, 'latin1'), before]),
      tail: Buffer.concat([after, Buffer.from(end, 'latin1')]),
    };
    this.shared.set(name, parts);
    return parts;
  }
}

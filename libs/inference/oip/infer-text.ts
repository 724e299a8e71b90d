import { TensorFault, TensorText } from './tensor-text.js';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const OPEN = 0x5b;
const OPENING = new Set([OPEN, 0x7b]);
const CLOSING = new Set([0x5d, 0x7d]);
const BLANK = new Set([0x20, 0x0a, 0x0d, 0x09]);
const DATA = [...new TextEncoder().encode('data')];
/** Of `{"inputs": [{"data": …`. */
const DATA_DEPTH = 3;
/** Names, shapes and parameters: a kilobyte in life. */
export const JSON_BYTES_MAX = 65_536;
/** One input has one `data`; more are a client's mistake. */
const TENSORS_MAX = 2;

/** A request whose numbers were taken out: each `data` array of an input became its index in `tensors`. */
export interface ParsedText {
  readonly json: unknown;
  readonly tensors: readonly TensorText[];
}

/**
 * Reads an inference request in JSON as it arrives, and keeps the numbers of its tensors as bytes: the text of sixteen
 * images is ten megabytes, and would be sixty as arrays of numbers.
 */
export class InferText {
  private readonly kept: number[] = [];
  private readonly tensors: TensorText[] = [];
  private tensor: TensorText | undefined;
  private depth = 0;
  private inString = false;
  private escaped = false;
  /** Where the last string began and ended in `kept`, its quotes left out. */
  private string = { begin: 0, end: 0 };
  /** The bytes since the last colon were blank. */
  private isAfterColon = false;

  /** @param numbersMax of one tensor */
  constructor(private readonly numbersMax: number) {}

  /** @throws TensorFault */
  take(chunk: Uint8Array): void {
    let index = 0;
    while (index < chunk.length) {
      if (this.tensor === undefined && this.beginsTensor(chunk[index] ?? 0)) this.beginTensor();
      if (this.tensor === undefined) {
        this.keep(chunk[index] ?? 0);
        index += 1;
      } else {
        const end = this.tensor.take(chunk, index);
        if (end === undefined) return;
        this.tensor = undefined;
        index = end;
      }
    }
  }

  /** At the end of the body. @throws TensorFault when it is not JSON */
  finish(): ParsedText {
    try {
      if (this.tensor !== undefined) throw new SyntaxError('`data` does not end');
      const json: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(this.kept)));
      return { json, tensors: this.tensors };
    } catch {
      throw new TensorFault('the request is not JSON');
    }
  }

  private beginsTensor(byte: number): boolean {
    if (!this.isAfterColon || byte !== OPEN || this.depth !== DATA_DEPTH) return false;
    const { begin, end } = this.string;
    return end - begin === DATA.length && DATA.every((letter, place) => this.kept[begin + place] === letter);
  }

  private beginTensor(): void {
    this.isAfterColon = false;
    if (this.tensors.length === TENSORS_MAX) throw new TensorFault('there are too many tensors');
    this.kept.push(...new TextEncoder().encode(String(this.tensors.length)));
    this.tensor = new TensorText(this.numbersMax);
    this.tensors.push(this.tensor);
  }

  private keep(byte: number): void {
    if (this.kept.length >= JSON_BYTES_MAX) {
      throw new TensorFault(`the request has more than ${JSON_BYTES_MAX} bytes beside its tensors`);
    }
    this.kept.push(byte);
    if (this.inString) this.stepInString(byte);
    else if (byte === QUOTE) {
      this.inString = true;
      this.isAfterColon = false;
      this.string = { begin: this.kept.length, end: this.kept.length };
    } else if (byte === COLON) this.isAfterColon = true;
    else if (!BLANK.has(byte)) {
      this.isAfterColon = false;
      if (OPENING.has(byte)) this.depth += 1;
      if (CLOSING.has(byte)) this.depth -= 1;
    }
  }

  private stepInString(byte: number): void {
    if (this.escaped) this.escaped = false;
    else if (byte === BACKSLASH) this.escaped = true;
    else if (byte === QUOTE) {
      this.inString = false;
      this.string.end = this.kept.length - 1;
    }
  }
}

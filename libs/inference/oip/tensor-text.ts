/** What is wrong with numbers in JSON, in words for the client. */
export class TensorFault extends Error {
  override readonly name = 'TensorFault';
}

const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;
const COMMA = 0x2c;
const OPEN = 0x5b;
const CLOSE = 0x5d;
const DIGITS_MAX = 3;
const BYTE_MAX = 255;
/** The dimensions of a batch of images. */
const DEPTH_MAX = 4;

const isBlank = (byte: number): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

/**
 * Reads a JSON array of whole numbers 0 to 255, flat or nested, byte by byte as it arrives: the numbers go into a
 * buffer and the text is forgotten, so that a request costs its tensor's memory and no more.
 */
export class TensorText {
  private bytes = new Uint8Array(0);
  private count = 0;
  private depth = 0;
  private number = -1;
  private digits = 0;
  /** A number or an opening bracket must come next: at the start, after a bracket that opens, and after a comma. */
  private wantsValue = true;
  private afterComma = false;
  /** Per depth: numbers before the array that is open there, and in each that was closed there. */
  private readonly openedAt: number[] = [];
  private readonly lengths: (number | undefined)[] = [];

  /** @param countMax more numbers are refused */
  constructor(private readonly countMax: number) {}

  /**
   * Takes the bytes of the array's text from its first bracket on.
   *
   * @returns where the array ended: the index after its last bracket; undefined when it goes on
   * @throws TensorFault
   */
  take(chunk: Uint8Array, begin: number): number | undefined {
    for (let index = begin; index < chunk.length; index += 1) {
      this.step(chunk[index] ?? 0);
      if (this.depth === 0) return index + 1;
    }
    return undefined;
  }

  /** The numbers, once the array has ended. */
  values(): Uint8Array {
    return this.bytes.subarray(0, this.count);
  }

  /**
   * Whether the nesting is that of the shape; a flat array is of any shape.
   *
   * @param shape whose product is the count
   */
  isNestedAs(shape: readonly number[]): boolean {
    const depths = this.lengths.length;
    if (depths === 1) return true;
    if (depths !== shape.length) return false;
    const inner = (depth: number): number => shape.slice(depth).reduce((product, side) => product * side, 1);
    return this.lengths.every((length, depth) => length === inner(depth));
  }

  private step(byte: number): void {
    if (byte >= DIGIT_0 && byte <= DIGIT_9) this.digit(byte - DIGIT_0);
    else if (byte === COMMA) this.comma();
    else if (byte === OPEN) this.open();
    else if (byte === CLOSE) this.close();
    else if (isBlank(byte)) this.endNumber();
    else throw new TensorFault('`data` must hold whole numbers from 0 to 255 and nothing else');
  }

  private digit(value: number): void {
    const isFirst = this.digits === 0;
    if (isFirst && !this.wantsValue) throw misplaced();
    if (isFirst && this.depth < this.lengths.length) throw ragged();
    this.number = isFirst ? value : this.number * 10 + value;
    this.digits += 1;
    this.wantsValue = false;
    const leadingZero = this.digits > 1 && this.number < 10 ** (this.digits - 1);
    if (this.digits > DIGITS_MAX || this.number > BYTE_MAX || leadingZero) {
      throw new TensorFault('a number in `data` is not a whole number from 0 to 255');
    }
  }

  private comma(): void {
    this.endNumber();
    if (this.wantsValue) throw misplaced();
    this.wantsValue = true;
    this.afterComma = true;
  }

  private open(): void {
    if (!this.wantsValue) throw misplaced();
    this.openedAt[this.depth] = this.count;
    this.depth += 1;
    if (this.depth > DEPTH_MAX) throw new TensorFault('`data` is nested too deeply');
    if (this.depth > this.lengths.length) {
      if (this.count > 0) throw ragged();
      this.lengths.push(undefined);
    }
    this.afterComma = false;
  }

  private close(): void {
    this.endNumber();
    if (this.wantsValue && this.afterComma) throw misplaced();
    this.depth -= 1;
    const length = this.count - (this.openedAt[this.depth] ?? 0);
    this.lengths[this.depth] ??= length;
    if (this.lengths[this.depth] !== length) throw ragged();
    this.wantsValue = false;
    this.afterComma = false;
  }

  private endNumber(): void {
    if (this.digits === 0) return;
    if (this.count === this.bytes.length) this.grow();
    this.bytes[this.count] = this.number;
    this.count += 1;
    this.digits = 0;
    this.afterComma = false;
  }

  private grow(): void {
    if (this.count >= this.countMax) throw new TensorFault(`\`data\` holds more than ${this.countMax} numbers`);
    const larger = new Uint8Array(Math.min(this.countMax, Math.max(65_536, this.count * 2)));
    larger.set(this.bytes);
    this.bytes = larger;
  }
}

const misplaced = (): TensorFault => new TensorFault('`data` is not a JSON array');
const ragged = (): TensorFault => new TensorFault('`data` is not nested evenly');

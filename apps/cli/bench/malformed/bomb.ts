/** A file made to be expensive: a few kilobytes that claim, or are, far more. */
export interface Bomb {
  readonly name: string;
  readonly make: () => Buffer | Promise<Buffer>;
}

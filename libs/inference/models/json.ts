/** What to do with a fault: collect it, so that all are told together, or throw. */
export type OnFault = (path: string, problem: string) => void;

/**
 * A value of parsed JSON and the path it stands at, so that a wrong value is named by its place. A reader that found a
 * fault reports it and returns an empty value of its type.
 */
export class JsonField {
  constructor(
    private readonly value: unknown,
    private readonly path: string,
    private readonly onFault: OnFault,
  ) {}

  /** A field that throws at the first fault. */
  static strict(value: unknown, path: string): JsonField {
    return new JsonField(value, path, (place, problem) => {
      throw new Error(`${place} ${problem}`);
    });
  }

  fail(problem: string): void {
    this.onFault(this.path, problem);
  }

  has(key: string): boolean {
    return isRecord(this.value) && this.value[key] !== undefined && this.value[key] !== null;
  }

  get(key: string): JsonField {
    const value = isRecord(this.value) ? this.value[key] : undefined;
    return new JsonField(value, this.path === '' ? key : `${this.path}.${key}`, this.onFault);
  }

  keys(): string[] {
    if (isRecord(this.value)) return Object.keys(this.value);
    this.expected('an object');
    return [];
  }

  items(): JsonField[] {
    if (Array.isArray(this.value)) {
      return this.value.map((item: unknown, index) => new JsonField(item, `${this.path}[${index}]`, this.onFault));
    }
    this.expected('a list');
    return [];
  }

  /** @param form what the text must look like, and how to say so */
  text(form: { readonly matches: RegExp; readonly as: string } = { matches: /./s, as: 'a text' }): string {
    if (typeof this.value === 'string' && form.matches.test(this.value)) return this.value;
    this.expected(form.as);
    return '';
  }

  number(): number {
    if (typeof this.value === 'number' && Number.isFinite(this.value)) return this.value;
    this.expected('a number');
    return 0;
  }

  integer(min: number, max: number = Number.MAX_SAFE_INTEGER): number {
    if (Number.isSafeInteger(this.value) && typeof this.value === 'number' && this.value >= min && this.value <= max) {
      return this.value;
    }
    this.expected(`an integer in ${min}..${max}`);
    return min;
  }

  flag(): boolean {
    if (typeof this.value === 'boolean') return this.value;
    this.expected('true or false');
    return false;
  }

  oneOf<T extends string>(options: readonly T[], fallback: NoInfer<T>): T {
    const found = options.find((option) => option === this.value);
    if (found === undefined) this.expected(`one of ${options.join(', ')}`);
    return found ?? fallback;
  }

  private expected(form: string): void {
    const found = this.value === undefined ? 'is missing' : `is ${JSON.stringify(this.value).slice(0, 80)}`;
    this.fail(`${found}, expected ${form}`);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

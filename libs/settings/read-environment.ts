/** Where settings come from: names to words, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Every fault of the environment at once: refuse at start, not at night. */
export class SettingsRefused extends Error {
  override readonly name = 'SettingsRefused';

  constructor(readonly faults: readonly string[]) {
    super(
      `These settings are wrong:\n${faults.map((fault) => `  ${fault}`).join('\n')}\nSee docs/generated/settings.md.`,
    );
  }
}

/** One setting as the reference lists it. */
export interface SettingFacts<Name extends string> {
  readonly name: Name;
  readonly expected: string;
  /** What holds when it is not set; undefined where that is a behaviour of its own. */
  readonly otherwise: string | undefined;
}

/** A default that is found out rather than fixed, and how the reference names it. */
export interface Derived {
  readonly value: number;
  readonly words: string;
}

/** Reads typed values and collects what is wrong with them, so that all faults are told together. */
export class EnvironmentReader<Name extends string = string> {
  /** Every setting that was asked for, in that order. */
  readonly asked: SettingFacts<Name>[] = [];
  private readonly faults: string[] = [];

  constructor(private readonly environment: Environment) {}

  text(name: Name, otherwise: string): string {
    return this.raw(name, 'text', otherwise) ?? otherwise;
  }

  /** A whole number within both bounds. */
  whole(name: Name, byDefault: number | Derived, bounds: { min: number; max: number }): number {
    const { value: otherwise, words } =
      typeof byDefault === 'number' ? { value: byDefault, words: String(byDefault) } : byDefault;
    const expected = `a whole number from ${bounds.min} to ${bounds.max}`;
    const raw = this.raw(name, expected, words);
    if (raw === undefined) return otherwise;
    const value = Number(raw);
    if (Number.isInteger(value) && value >= bounds.min && value <= bounds.max) return value;
    return this.fault(name, raw, expected, otherwise);
  }

  /** A decimal number within both bounds. */
  decimal(name: Name, otherwise: number, bounds: { min: number; max: number }): number {
    const expected = `a number from ${bounds.min} to ${bounds.max}`;
    const raw = this.raw(name, expected, String(otherwise));
    if (raw === undefined) return otherwise;
    const value = /^\d+(\.\d+)?$/.test(raw) ? Number(raw) : Number.NaN;
    return value >= bounds.min && value <= bounds.max ? value : this.fault(name, raw, expected, otherwise);
  }

  oneOf<T extends string>(name: Name, otherwise: T, choices: readonly T[]): T {
    const expected = `one of ${choices.join(', ')}`;
    const raw = this.raw(name, expected, otherwise);
    if (raw === undefined) return otherwise;
    const choice = choices.find((candidate) => candidate === raw);
    return choice ?? this.fault(name, raw, expected, otherwise);
  }

  /** An address whose scheme is one of `schemes` (without colon). */
  address(name: Name, schemes: readonly string[]): string | undefined {
    const beginnings = schemes.map((scheme) => `${scheme}://`);
    const expected = `an address that begins with ${beginnings.join(' or ')}`;
    const raw = this.raw(name, expected, undefined);
    if (raw === undefined) return undefined;
    if (URL.canParse(raw) && beginnings.some((beginning) => raw.startsWith(beginning))) return raw;
    this.faults.push(`${name} must be ${expected}`);
    return undefined;
  }

  /** A text that is never shown. */
  secret(name: Name): string | undefined {
    return this.raw(name, 'a secret', undefined);
  }

  matching(name: Name, otherwise: string, pattern: RegExp, like: string): string {
    const raw = this.raw(name, `like ${like}`, otherwise);
    if (raw === undefined || pattern.test(raw)) return raw ?? otherwise;
    return this.fault(name, raw, `like ${like}`, otherwise);
  }

  /** Items between commas; none where it is not set. @param read undefined for what is no such item */
  list<T>(name: Name, expected: string, read: (item: string) => T | undefined): readonly T[] {
    const raw = this.raw(name, expected, 'none');
    const items = raw?.split(',').map((item) => read(item.trim())) ?? [];
    const sound = items.filter((item) => item !== undefined);
    return sound.length === items.length ? sound : this.fault(name, raw ?? '', expected, []);
  }

  /** A text of a pattern that need not be set. */
  matchingOrNone(name: Name, pattern: RegExp, like: string): string | undefined {
    const raw = this.raw(name, `like ${like}`, undefined);
    if (raw === undefined || pattern.test(raw)) return raw;
    return this.fault<string | undefined>(name, raw, `like ${like}`, undefined);
  }

  /** What several settings must be together. */
  must(holds: boolean, fault: string): void {
    if (!holds) this.faults.push(fault);
  }

  /** @throws SettingsRefused naming every fault seen since construction */
  finish(): void {
    if (this.faults.length > 0) throw new SettingsRefused(this.faults);
  }

  private raw(name: Name, expected: string, otherwise: string | undefined): string | undefined {
    this.asked.push({ name, expected, otherwise });
    const value = this.environment[name]?.trim();
    return value === '' ? undefined : value;
  }

  private fault<T>(name: string, raw: string, expected: string, otherwise: T): T {
    this.faults.push(`${name} must be ${expected}, not ${JSON.stringify(raw)}`);
    return otherwise;
  }
}

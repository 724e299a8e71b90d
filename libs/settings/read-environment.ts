/** Where settings come from: names to words, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Every fault of the environment at once: refuse at start, not at night. */
export class SettingsRefused extends Error {
  override readonly name = 'SettingsRefused';

  constructor(readonly faults: readonly string[]) {
    super(`These settings are wrong:\n${faults.map((fault) => `  ${fault}`).join('\n')}\nSee docs/settings.md.`);
  }
}

/** Reads typed values and collects what is wrong with them, so that all faults are told together. */
export class EnvironmentReader {
  private readonly faults: string[] = [];

  constructor(private readonly environment: Environment) {}

  text(name: string, otherwise: string): string {
    return this.raw(name) ?? otherwise;
  }

  optional(name: string): string | undefined {
    return this.raw(name);
  }

  /** A whole number within both bounds. */
  whole(name: string, otherwise: number, bounds: { min: number; max: number }): number {
    const raw = this.raw(name);
    if (raw === undefined) return otherwise;
    const value = Number(raw);
    if (Number.isInteger(value) && value >= bounds.min && value <= bounds.max) return value;
    return this.fault(name, raw, `a whole number from ${bounds.min} to ${bounds.max}`, otherwise);
  }

  oneOf<T extends string>(name: string, otherwise: T, choices: readonly T[]): T {
    const raw = this.raw(name);
    if (raw === undefined) return otherwise;
    const choice = choices.find((candidate) => candidate === raw);
    return choice ?? this.fault(name, raw, `one of ${choices.join(', ')}`, otherwise);
  }

  /** An address whose scheme is one of `schemes` (without colon). */
  address(name: string, schemes: readonly string[]): string | undefined {
    const raw = this.raw(name);
    if (raw === undefined) return undefined;
    const parsed = URL.canParse(raw) ? new URL(raw) : undefined;
    if (parsed !== undefined && schemes.includes(parsed.protocol.slice(0, -1))) return raw;
    this.faults.push(
      `${name} must be an address that begins with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`,
    );
    return undefined;
  }

  matching(name: string, otherwise: string, pattern: RegExp, like: string): string {
    const raw = this.raw(name);
    if (raw === undefined || pattern.test(raw)) return raw ?? otherwise;
    return this.fault(name, raw, `like ${like}`, otherwise);
  }

  /** @throws SettingsRefused naming every fault seen since construction */
  finish(): void {
    if (this.faults.length > 0) throw new SettingsRefused(this.faults);
  }

  private raw(name: string): string | undefined {
    const value = this.environment[name]?.trim();
    return value === '' ? undefined : value;
  }

  private fault<T>(name: string, raw: string, expected: string, otherwise: T): T {
    this.faults.push(`${name} must be ${expected}, not ${JSON.stringify(raw)}`);
    return otherwise;
  }
}

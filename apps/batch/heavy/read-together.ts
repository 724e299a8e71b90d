interface Asked<V> {
  readonly key: string;
  readonly resolve: (value: V | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/** Reads rows by key, one read at a time: keys that are asked for meanwhile go together in the next. */
export class ReadTogether<V> {
  private asked: Asked<V>[] = [];
  private reading = false;

  /** @param read gives a value for each key that there is */
  constructor(private readonly read: (keys: readonly string[]) => Promise<ReadonlyMap<string, V>>) {}

  /** @returns undefined where there is nothing. @throws what the read throws */
  of(key: string): Promise<V | undefined> {
    return new Promise((resolve, reject) => {
      this.asked.push({ key, resolve, reject });
      if (!this.reading) void this.readAll();
    });
  }

  private async readAll(): Promise<void> {
    this.reading = true;
    // what is asked for in one turn goes together
    await Promise.resolve();
    while (this.asked.length > 0) {
      const asked = this.asked;
      this.asked = [];
      await this.readSome(asked);
    }
    this.reading = false;
  }

  private async readSome(asked: readonly Asked<V>[]): Promise<void> {
    try {
      const values = await this.read(asked.map(({ key }) => key));
      for (const { key, resolve } of asked) resolve(values.get(key));
    } catch (error) {
      for (const { reject } of asked) reject(error);
    }
  }
}

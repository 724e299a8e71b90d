/** What a bell carries: nothing. Whoever hears it looks into the database. */
export type HeavyJob = Readonly<Record<string, never>>;

import fc from 'fast-check';

const { PORTCULLIS_LONG: long, PORTCULLIS_SEED: seed = long === '1' ? Date.now() : 20_261_122 } = process.env;

/**
 * Properties are tried with the same cases in every run, so that a change fails for what it did and not for what was
 * drawn this time; the long form draws others, and `PORTCULLIS_SEED` brings them back.
 */
fc.configureGlobal({ seed: Number(seed) });

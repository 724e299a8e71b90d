type Known = readonly (readonly [mark: RegExp, name: string])[];

/** Those that say they are others as well come first. */
const BROWSERS: Known = [
  [/\bEdg(?:e|A|iOS)?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/\b(?:Headless)?Chrom(?:e|ium)\/|\bCriOS\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
  [/^curl\//, 'curl'],
];
const SYSTEMS: Known = [
  [/\b(?:iPhone|iPad)\b/, 'iOS'],
  [/\bAndroid\b/, 'Android'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bLinux\b/, 'Linux'],
];

const find = (known: Known, agent: string): string | undefined => known.find(([mark]) => mark.test(agent))?.[1];

/** What a browser calls itself, in a word or three: `Firefox on Windows`. Whatever is not known stays as it is. */
export function browserName(agent: string): string {
  const [browser, system] = [find(BROWSERS, agent), find(SYSTEMS, agent)];
  if (browser === undefined) return agent.trim() === '' ? 'a browser without a name' : agent;
  return system === undefined ? browser : `${browser} on ${system}`;
}

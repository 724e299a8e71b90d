/** Our own stable tree of findings. A model version maps each of its classes to one of these. */
export const LABELS = [
  'sexual.explicit',
  'sexual.explicit.drawn',
  'sexual.suggestive',
  'neutral.drawing',
  'neutral',
] as const;

export type Label = (typeof LABELS)[number];

/** Labels that say something against an asset; the others never decide anything. */
export const FINDINGS = ['sexual.explicit', 'sexual.explicit.drawn', 'sexual.suggestive'] as const satisfies Label[];

export type Finding = (typeof FINDINGS)[number];

export const isLabel = (value: unknown): value is Label => LABELS.some((label) => label === value);

export const isFinding = (label: Label): label is Finding => FINDINGS.some((finding) => finding === label);

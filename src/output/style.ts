/** Colour by meaning. Each takes text and gives text; without colour, the same text. */
export interface Style {
  readonly enabled: boolean;
  bold(text: string): string;
  dim(text: string): string;
  underline(text: string): string;
  good(text: string): string;
  bad(text: string): string;
  warn(text: string): string;
  info(text: string): string;
  accent(text: string): string;
}

export const plainStyle: Style = {
  enabled: false,
  bold: (text) => text,
  dim: (text) => text,
  underline: (text) => text,
  good: (text) => text,
  bad: (text) => text,
  warn: (text) => text,
  info: (text) => text,
  accent: (text) => text,
};

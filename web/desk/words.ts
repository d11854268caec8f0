import en from "../../text/desk.en.json";

/** Every word that a member sees. */
export const words = en;

/** Puts values into a text at `{name}`. */
export function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (place, name: string) =>
    Object.hasOwn(values, name) ? String(values[name]) : place,
  );
}

/** The text for one or for several, with the number at `{count}`. */
export function counted(texts: { one: string; other: string }, count: number): string {
  return fill(count === 1 ? texts.one : texts.other, { count });
}

/** The word for a code, or the code as it stands when this desk does not know it (R8). */
export function coded(codes: Readonly<Record<string, string>>, code: string): string {
  return Object.hasOwn(codes, code) ? (codes[code] ?? code) : code;
}

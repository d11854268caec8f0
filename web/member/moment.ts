/** A moment in Unix seconds, by the clock of this device: "25 Nov 2026, 08:00". */
export function moment(seconds: number): string {
  return new Intl.DateTimeFormat("en-GB", {
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
  }).format(seconds * 1_000);
}

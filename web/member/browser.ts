/** What this browser lacks of what members' pages cannot do without; null if it has all. */
export function missing(): string | null {
  if (typeof WebAssembly !== "object") return "WebAssembly";
  if (typeof Worker !== "function") return "Web Workers";
  if (typeof HTMLDialogElement !== "function") return "dialog";
  return globalThis.isSecureContext ? null : "HTTPS";
}

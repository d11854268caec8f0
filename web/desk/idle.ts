/** How long before the end a member is warned. */
const warning = 60_000;
const acts = ["keydown", "pointerdown", "pointermove", "wheel", "touchstart"] as const;

/** What the watch needs to know and to say. */
export type Idle = {
  /** How long the desk may lie unused; null while nobody is signed in. */
  minutes: () => number | null;
  soon: (soon: boolean) => void;
  over: () => void;
};

/**
 * Watches whether the desk is used. It goes by the clock and not by one long timer, because a
 * sleeping device stops timers.
 */
export function watchIdle(idle: Idle, now: () => number = Date.now): () => void {
  let last = now();
  const look = (): void => {
    const minutes = idle.minutes();
    if (minutes === null) {
      last = now();
      return;
    }
    const left = last + minutes * 60_000 - now();
    if (left <= 0) idle.over();
    else idle.soon(left <= warning);
  };
  const act = (): void => {
    // Too late is too late: a key press after the night does not unlock the desk.
    look();
    if (idle.minutes() === null) return;
    last = now();
    idle.soon(false);
  };
  const timer = setInterval(look, 5_000);
  for (const name of acts) addEventListener(name, act, { capture: true, passive: true });
  document.addEventListener("visibilitychange", look);
  return () => {
    clearInterval(timer);
    for (const name of acts) removeEventListener(name, act, { capture: true });
    document.removeEventListener("visibilitychange", look);
  };
}

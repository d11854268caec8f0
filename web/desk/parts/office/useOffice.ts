import { useEffect } from "preact/hooks";
import type { Desk } from "../../desk";
import { loadOffice, renewOffice } from "../../office";
import type { Session } from "../../session";

/** How often accounts and service are looked at again. */
const between = 60_000;

/** Fetches the accounts and what the service says of itself, and looks again while the page is seen. */
export function useOffice(desk: Desk, session: Session | null): void {
  useEffect(() => {
    if (session === null) return undefined;
    void loadOffice(desk, session);
    const timer = setInterval(() => {
      const quiet = document.visibilityState === "hidden" || !desk.state.online;
      if (!quiet && !session.isEnded()) void renewOffice(desk, session);
    }, between);
    return () => clearInterval(timer);
  }, [desk, session]);
}

import { createContext } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";
import type { Desk } from "../desk";

const Here = createContext<Desk | null>(null);
export const DeskProvider = Here.Provider;

/** The desk of this page; the component is drawn again whenever its state changes. */
export function useDesk(): Desk {
  const desk = useContext(Here);
  if (desk === null) throw new Error("a part of the desk stands outside of it");
  const [, redraw] = useState(desk.state);
  useEffect(() => {
    // What changed between drawing and watching is not to be missed.
    redraw(desk.state);
    return desk.watch(() => redraw(desk.state));
  }, [desk]);
  return desk;
}

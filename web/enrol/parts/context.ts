import { createContext } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";
import { troubleText } from "../../desk/trouble";
import type { Trouble } from "../../desk/trouble";
import type { Enrolment } from "../enrolment";

const Here = createContext<Enrolment | null>(null);
export const EnrolmentProvider = Here.Provider;

/** What went wrong, in words, if it is this and is to be said beside a field; else null. */
export function useTroubleAt(code: Trouble["code"]): string | null {
  const { trouble, work } = useEnrolment().state;
  return trouble?.code === code && work === null ? troubleText(trouble) : null;
}

/** The enrolment of this page; the component is drawn again whenever its state changes. */
export function useEnrolment(): Enrolment {
  const enrolment = useContext(Here);
  if (enrolment === null) throw new Error("a step stands outside of the enrolment");
  const [, redraw] = useState(enrolment.state);
  useEffect(() => {
    // What changed between drawing and watching is not to be missed.
    redraw(enrolment.state);
    return enrolment.watch(() => redraw(enrolment.state));
  }, [enrolment]);
  return enrolment;
}

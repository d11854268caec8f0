import { createContext } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";
import type { Enrolment } from "../enrolment";

const Here = createContext<Enrolment | null>(null);
export const EnrolmentProvider = Here.Provider;

/** The enrolment of this page; the component is drawn again whenever its state changes. */
export function useEnrolment(): Enrolment {
  const enrolment = useContext(Here);
  if (enrolment === null) throw new Error("a step stands outside of the enrolment");
  const [, redraw] = useState(enrolment.state);
  useEffect(() => enrolment.watch(() => redraw(enrolment.state)), [enrolment]);
  return enrolment;
}

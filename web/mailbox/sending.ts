/** Sending what a reporter wrote: sealed once, and the same bytes again until it is known to have arrived. */
import { useRef, useState } from "preact/hooks";
import { mailbox } from "../../text/en.json";
import type { MessageKind } from "../protocol/message";
import { Refused } from "../protocol/refused";
import { Trouble } from "../ui/service";
import { holds, sendReply, writeReply } from "./box";
import type { Box, Reply } from "./box";

/** Sends a message; gives null when it has arrived, else what is wrong in words. */
export type Send = (kind: MessageKind, body: string) => Promise<string | null>;

export function useSending(
  box: Box,
  /** Opens the mailbox again, and gives what is in it now. */
  reopen: () => Promise<Box>,
): { readonly sending: boolean; readonly send: Send } {
  const [sending, setSending] = useState(false);
  const busy = useRef(false);
  // Sealed already, and perhaps arrived: the same bytes are sent again as long as the text is.
  const pending = useRef(new Map<MessageKind, Reply>());
  const write = async (now: Box, kind: MessageKind, body: string): Promise<Reply> => {
    const reply = await writeReply(now, body, kind);
    pending.current.set(kind, reply);
    return reply;
  };
  const send: Send = async (kind, body) => {
    if (busy.current) return mailbox.reply_sending;
    busy.current = true;
    setSending(true);
    let reply = pending.current.get(kind);
    try {
      if (reply?.body !== body) reply = await write(box, kind, body);
      if (!(await sendReply(box, reply))) {
        // Something else stands in its place: look again, and write it behind that.
        const now = await reopen();
        if (!holds(now, reply)) {
          // Nothing is sealed to who left before the page has said so (K5).
          if (now.departed && !box.departed) {
            pending.current.delete(kind);
            return mailbox.reply_departed;
          }
          reply = await write(now, kind, body);
          if (!(await sendReply(now, reply))) throw new Trouble("unavailable");
        }
      }
      pending.current.delete(kind);
      return null;
    } catch (error) {
      if (error instanceof Refused && error.rule === "K5") return mailbox.reply_locked;
      const lost = error instanceof Trouble && error.kind !== "problem" && reply !== undefined;
      return lost ? mailbox.reply_unknown : mailbox.reply_failed;
    } finally {
      busy.current = false;
      setSending(false);
    }
  };
  return { sending, send };
}

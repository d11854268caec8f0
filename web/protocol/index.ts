/** The rightline protocol, version 1, as docs/protocol.md has it. Pure: no page, no network, no
 * clock, no storage. `./vault` is apart, because only the desk carries Argon2id. */
export * from "./bytes";
export * from "./calls";
export * from "./compose";
export * from "./container";
export * from "./conversation";
export * from "./directory";
export * from "./epoch";
export * from "./framing";
export type { Code } from "./format";
export * from "./grant";
export { characters, wellFormed } from "./json";
export * from "./history";
export * from "./mailbox";
export * from "./message";
export * from "./open";
export { randomBytes, randomPlaces } from "./random";
export * from "./receipt";
export * from "./record";
export { Refused } from "./refused";
export * from "./report";
export * from "./sealing";
export * from "./signing";
export * from "./statement";
export * from "./succession";
export * from "./token";
export * from "./warning";
export * from "./words";
